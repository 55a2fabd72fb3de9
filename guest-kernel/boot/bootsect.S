/*
 * The boot sector. The BIOS loads it to 0x7C00 with the boot drive in DL. It moves itself to
 * 0x90000, loads setup (4 sectors) behind itself and the system (SYSSIZE paragraphs) to
 * 0x10000, picks the root device, and jumps to setup.
 *
 * The code must end below offset 446: from there on the sector belongs to the partition
 * table. The words at 506 and 508 (swap and root device, written by mkdisk) lie in the
 * fourth partition entry, whose type byte stays 0.
 */

#define BOOTSEG 0x07c0
#define INITSEG 0x9000
#define SETUPSEG 0x9020
#define SYSSEG 0x1000
#define SETUPSECTS 4
#define SYSSECTS 384 /* 196,608 bytes: what lies between 0x10000 and 0x40000 */

	.code16
	.text
	.globl _start
_start:
	ljmp $BOOTSEG, $begin
begin:
	movw %cs, %ax
	movw %ax, %ds
	movw $INITSEG, %ax
	movw %ax, %es
	xorw %si, %si
	xorw %di, %di
	movw $256, %cx
	cld
	rep movsw
	ljmp $INITSEG, $moved

moved:
	cli
	movw %ax, %ds
	movw %ax, %ss
	movw $0xfef4, %sp
	sti
	movb %dl, drive

/* INT 13h AH=08: CL bits 0-5 = last sector of a track, DH = last head; ES:DI is changed. */
	movb $0x08, %ah
	int $0x13
	jc geometry_done
	andw $0x3f, %cx
	jz geometry_done
	movw %cx, sectors
	movzbw %dh, %ax
	incw %ax
	movw %ax, heads
geometry_done:

	movw $message, %si
	call print
	movw $SETUPSEG, %ax
	movw %ax, %es
	movw $SETUPSECTS, left
	call load

	movw $SYSSEG, %ax
	movw %ax, %es
	movw $SYSSECTS, left
	call load
	movw $newline, %si
	call print

	testb $0x80, drive
	jnz motor_done
	movw $0x3f2, %dx /* floppy controller: reset, motors off */
	xorb %al, %al
	outb %al, %dx
motor_done:

/* No root device in the sector: the floppy this came from, told by its sectors per track. */
	cmpw $0, root_dev
	jne root_done
	movw $0x0208, %ax /* 2,8 = 1.2 MB in drive A */
	cmpw $15, sectors
	je root_found
	movw $0x021c, %ax /* 2,28 = 1.44 MB in drive A */
root_found:
	movw %ax, root_dev
root_done:
	ljmp $SETUPSEG, $0

/*
 * Reads `left` sectors from block number `next` on to ES:0000, ES being a multiple of 64 KB
 * when it matters. One call to the BIOS reads up to the end of a track or of 64 KB, as DMA
 * cannot cross either.
 */
load:
	movw next, %ax
	xorw %dx, %dx
	divw sectors /* dx = sector in the track, from 0 */
	movw %dx, %cx
	movw sectors, %bx
	subw %dx, %bx /* sectors left in this track */
	xorw %dx, %dx
	divw heads /* ax = cylinder, dx = head */
	movb %dl, %dh
	movb %al, %ch
	xchgb %ah, %al
	shlb $6, %al
	orb %al, %cl
	incb %cl

	cmpw left, %bx
	jbe 1f
	movw left, %bx
1:	movw %es, %ax
	negw %ax
	andw $0x0fff, %ax
	shrw $5, %ax /* sectors up to the next 64 KB, 0 = all of them */
	jz 2f
	cmpw %ax, %bx
	jbe 2f
	movw %ax, %bx
2:	cmpw $127, %bx
	jbe 3f
	movw $127, %bx

3:	movb drive, %dl
	movw %bx, %ax
	movb $0x02, %ah
	pushw %bx
	xorw %bx, %bx
	int $0x13
	popw %bx
	jc failed

	addw %bx, next
	movw %es, %ax
	shlw $5, %bx
	addw %bx, %ax
	movw %ax, %es
	shrw $5, %bx
	movw $dot, %si
	call print
	subw %bx, left
	jnz load
	ret

/* The drive answered with an error, its code in AH: say so, reset the controller, try again. */
failed:
	movw $trouble, %si
	call print
	xorw %ax, %ax
	movb drive, %dl
	int $0x13
	jmp load

print:
	lodsb
	testb %al, %al
	jz 1f
	pushw %bx
	movb $0x0e, %ah
	movw $0x0007, %bx
	int $0x10
	popw %bx
	jmp print
1:	ret

message:
	.asciz "\r\nLoading"
newline:
	.asciz "\r\n"
dot:
	.asciz "."
trouble:
	.asciz "?"
drive:
	.byte 0
sectors:
	.word 18
heads:
	.word 2
next:
	.word 1
left:
	.word 0

	.org 446 /* an error here: the code reaches into the partition table */
	.org 506
swap_dev:
	.word 0
root_dev:
	.word 0
	.word 0xaa55
