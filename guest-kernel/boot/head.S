/*
 * The first 32-bit code, at physical address 0. It makes the kernel's own IDT and GDT,
 * looks for a coprocessor, builds four page tables that map the first 16 MB onto
 * themselves, turns paging on, and calls main().
 *
 * The page directory lies at address 0 too: setup_paging overwrites this start-up code,
 * and therefore sits behind the tables.
 */

#define KERNEL_DS 0x10

	.section .head, "ax"
	.globl startup_32, pg_dir, idt, gdt, tmp_floppy_area
pg_dir:
startup_32:
	movl $KERNEL_DS, %eax
	movw %ax, %ds
	movw %ax, %es
	movw %ax, %fs
	movw %ax, %gs
	lss stack_start, %esp
	cld
	xorl %eax, %eax
	movl $__bss_start, %edi
	movl $end, %ecx
	subl %edi, %ecx
	rep stosb

	call setup_idt
	lgdt gdt_descr
	ljmp $0x08, $1f /* the old code segment was 8 MB long: take the new one */
1:	movl $KERNEL_DS, %eax
	movw %ax, %ds
	movw %ax, %es
	movw %ax, %fs
	movw %ax, %gs
	lss stack_start, %esp

/* With A20 closed, 0x100000 is address 0 again; a counter at 0 tells. */
	xorl %eax, %eax
1:	incl %eax
	movl %eax, 0x000000
	cmpl %eax, 0x100000
	je 1b
	jmp after_page_tables

	.org 0x1000
pg0:
	.org 0x2000
pg1:
	.org 0x3000
pg2:
	.org 0x4000
pg3:
	.org 0x5000
/* Floppy DMA cannot reach buffers above 1 MB: they go through these 1024 bytes. */
tmp_floppy_area:
	.fill 1024, 1, 0

after_page_tables:
	call check_x87
	call setup_paging
	pushl $0 /* main() never returns */
	jmp main

/*
 * CR0 (PRM 4.1.1): PG, PE and ET stay, MP is set. Without a coprocessor FNINIT and FNSTSW do
 * nothing, so AL keeps its value; then EM takes MP's place and every FPU opcode traps.
 */
check_x87:
	movl %cr0, %ebx
	andl $0x80000011, %ebx
	orl $2, %ebx
	movl $0x5a5a, %eax
	fninit
	fnstsw %ax
	cmpb $0, %al
	je 1f
	xorl $6, %ebx
	movl %ebx, %cr0
	ret
1:	movl %ebx, %cr0
	.byte 0xdb, 0xe4 /* FSETPM: protected mode, for a 287 */
	ret

/* Every vector first points to ignore_int, until its owner sets its gate. */
setup_idt:
	movl $ignore_int, %edx
	movl $0x00080000, %eax
	movw %dx, %ax
	movw $0x8e00, %dx /* interrupt gate, DPL 0 */
	movl $idt, %edi
	movl $256, %ecx
1:	movl %eax, (%edi)
	movl %edx, 4(%edi)
	addl $8, %edi
	loop 1b
	lidt idt_descr
	ret

	.balign 4
ignore_int:
	pushal
	pushl %ds
	pushl %es
	pushl %fs
	movl $KERNEL_DS, %eax
	movw %ax, %ds
	movw %ax, %es
	movw %ax, %fs
	pushl $int_msg
	call printk
	popl %eax
	popl %fs
	popl %es
	popl %ds
	popal
	iret

/* Entry = address + 7: present, writable, user. Filled from the last page down (PRM 5.2.4). */
	.balign 4
setup_paging:
	movl $1024 * 5, %ecx
	xorl %eax, %eax
	xorl %edi, %edi
	cld
	rep stosl
	movl $pg0 + 7, pg_dir
	movl $pg1 + 7, pg_dir + 4
	movl $pg2 + 7, pg_dir + 8
	movl $pg3 + 7, pg_dir + 12
	movl $pg3 + 4092, %edi
	movl $0xfff007, %eax
	std
1:	stosl
	subl $0x1000, %eax
	jge 1b
	cld
	xorl %eax, %eax
	movl %eax, %cr3
	movl %cr0, %eax
	orl $0x80000000, %eax
	movl %eax, %cr0
	ret /* flushes the prefetch queue */

	.section .rodata
int_msg:
	.asciz "Unknown interrupt\n"

	.data
	.balign 4
	.word 0
idt_descr:
	.word 256 * 8 - 1
	.long idt
	.balign 4
	.word 0
gdt_descr:
	.word 256 * 8 - 1
	.long gdt

	.balign 8
idt:
	.fill 256, 8, 0
gdt:
	.quad 0
	.quad 0x00c09a0000000fff /* 0x08 code, 16 MB */
	.quad 0x00c0920000000fff /* 0x10 data, 16 MB */
	.quad 0                  /* 0x18 reserved */
	.fill 252, 8, 0          /* 0x20 TSS and LDT of each task */
