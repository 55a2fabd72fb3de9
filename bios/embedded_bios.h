/* The firmware inside the executable: library glass386_embedded_bios. */
#ifndef BIOS_EMBEDDED_BIOS_H
#define BIOS_EMBEDDED_BIOS_H

/* 64 KB that end at FFFFFh (and at FFFFFFFFh). */
extern const unsigned char embedded_bios[], embedded_bios_end[];

/* The display's option ROM, whole pages of 4 KB. */
extern const unsigned char embedded_vgabios[], embedded_vgabios_end[];

/* 256 glyphs of code page 437, 16 bytes each, top row first, left dot in bit 7. */
extern const unsigned char embedded_font8x16[], embedded_font8x16_end[];

/* The option ROM of -kernel, unpadded: library glass386_embedded_direct_boot. */
extern const unsigned char embedded_direct_boot[], embedded_direct_boot_end[];

#endif
