/* The executable format: a 32-byte header in a block of 1024, then text, data, symbols, strings. */
#ifndef _A_OUT_H
#define _A_OUT_H

struct exec {
	unsigned int a_magic;
	unsigned int a_text;
	unsigned int a_data;
	unsigned int a_bss;
	unsigned int a_syms;
	unsigned int a_entry;
	unsigned int a_trsize;
	unsigned int a_drsize;
};

#define OMAGIC 0407
#define NMAGIC 0410
#define ZMAGIC 0413

#define N_MAGIC(e) ((e).a_magic)
#define N_BADMAG(e) (N_MAGIC(e) != OMAGIC && N_MAGIC(e) != NMAGIC && N_MAGIC(e) != ZMAGIC)
#define N_TXTOFF(e) (N_MAGIC(e) == ZMAGIC ? 1024 : sizeof(struct exec))
#define N_DATOFF(e) (N_TXTOFF(e) + (e).a_text)
#define N_SYMOFF(e) (N_DATOFF(e) + (e).a_data)
#define N_STROFF(e) (N_SYMOFF(e) + (e).a_syms)

struct nlist {
	unsigned int n_strx; /* offset in the string table, whose first word is its length */
	unsigned char n_type;
	char n_other;
	short n_desc;
	unsigned int n_value;
};

#define N_UNDF 0
#define N_ABS 2
#define N_TEXT 4
#define N_DATA 6
#define N_BSS 8
#define N_EXT 1

#endif
