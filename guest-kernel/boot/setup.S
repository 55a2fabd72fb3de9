/*
 * setup asks the BIOS for what the kernel wants to know, leaves it at 0x90000 over the boot
 * sector, moves the system from 0x10000 to 0, and enters protected mode. The table of
 * what lies where is in README.md. Interrupts stay off from the move on, until main().
 */

#include <linux/config.h>

#define INITSEG 0x9000
#define SETUPSEG 0x9020
#define SYSSEG 0x1000
#define ENDSEG 0x4000 /* first paragraph behind the loaded system */

	.code16
	.text
	.globl _start
_start:
	movw $INITSEG, %ax
	movw %ax, %ds
	movw %ax, %es

	movb $0x03, %ah /* cursor */
	xorb %bh, %bh
	int $0x10
	movw %dx, 0

	movb $0x88, %ah /* extended memory in KB */
	int $0x15
	jnc 1f
	xorw %ax, %ax
1:	movw %ax, 2

	movb $0x0f, %ah /* page, mode and columns */
	int $0x10
	movw %bx, 4
	movw %ax, 6

	movb $0x12, %ah /* EGA: BL stays 10h without one */
	movb $0x10, %bl
	int $0x10
	movw %ax, 8
	movw %bx, 10
	movw %cx, 12
	movw $0x5019, 14 /* 25 rows, 80 columns */

/* Disk tables: vector 41h points to the first drive's 16 bytes, vector 46h to the second's. */
	movw $0x80, %di
	movw $4 * 0x41, %si
	call copy_table
	movw $0x90, %di
	movw $4 * 0x46, %si
	call copy_table
	movb $0x15, %ah /* type of drive 81h: 3 = hard disk */
	movb $0x81, %dl
	int $0x13
	jc no_second
	cmpb $3, %ah
	je second_done
no_second:
	movw $INITSEG, %ax
	movw %ax, %es
	movw $0x90, %di
	movw $8, %cx
	xorw %ax, %ax
	cld
	rep stosw
second_done:

	cli
	cld
	movw $SYSSEG, %ax
move:
	movw %ax, %ds
	subw $0x1000, %ax
	movw %ax, %es
	xorw %si, %si
	xorw %di, %di
	movw $0x8000, %cx
	rep movsw
	addw $0x2000, %ax
	cmpw $ENDSEG, %ax
	jb move

	movw $SETUPSEG, %ax
	movw %ax, %ds
	lidt idt_48
	lgdt gdt_48

/* A20: the keyboard controller's output port, bit 1 (8042 command D1h); then port 92h (PS/2). */
	call empty_8042
	movb $0xd1, %al
	outb %al, $0x64
	call empty_8042
	movb $0xdf, %al
	outb %al, $0x60
	call empty_8042
	inb $0x92, %al
	cmpb $0xff, %al /* nothing there */
	je a20_done
	testb $2, %al
	jnz a20_done
	orb $2, %al
	andb $0xfe, %al
	outb %al, $0x92
a20_done:

/* 8259A: interrupts 20h-2Fh instead of the BIOS's 08h-0Fh, which are the CPU's. All masked. */
	movw $pic_program, %si
	movw $10, %cx
1:	lodsw
	movw %ax, %dx
	movb %ah, %al
	xorb %dh, %dh
	outb %al, %dx
	jmp 2f
2:	jmp 3f
3:	loop 1b

	movw $1, %ax
	lmsw %ax
	ljmp $0x08, $0

copy_table:
	pushw %ds
	xorw %ax, %ax
	movw %ax, %ds
	ldsw (%si), %si
	movw $8, %cx
	cld
	rep movsw
	popw %ds
	ret

/* Waits until the 8042 takes a byte (status bit 1 clear), but not for ever. */
empty_8042:
	xorw %cx, %cx
1:	inb $0x64, %al
	testb $2, %al
	loopnz 1b
	ret

/* Port, value: ICW1 to ICW4 of both chips, then the masks (8259A DS). */
pic_program:
	.byte 0x20, 0x11, 0xa0, 0x11
	.byte 0x21, 0x20, 0xa1, 0x28
	.byte 0x21, 0x04, 0xa1, 0x02
	.byte 0x21, 0x01, 0xa1, 0x01
	.byte 0x21, 0xff, 0xa1, 0xff

/* Good for the jump only; boot/head.S sets up the real tables. */
	.balign 8
gdt:
	.quad 0
	.quad 0x00c09a00000007ff /* code, 8 MB */
	.quad 0x00c09200000007ff /* data, 8 MB */
idt_48:
	.word 0
	.long 0
gdt_48:
	.word 0x800
	.long 0x90200 + gdt

/* The kernel's options, blank-separated words ended by a NUL: mkdisk --append or the program bootopt
   write them here, the second half of LBA 4. main() finds them at 0x90900. */
	.org BOOT_OPTIONS_OFFSET /* an error here: setup reaches into the options */
boot_options:
	.org 2048
