/*
 * void call_protected(struct regs *regs, u32 linear): calls 32-bit code near, in protected mode with
 * flat segments and no interrupts, and comes back to real mode.
 */
    .code16
    .section .text
    .globl call_protected
call_protected:
    pushal
    pushw %ds
    pushw %es
    cli
    movl %eax, regs_at
    movl %edx, target
    lgdtw gdt_register
    movl %cr0, %eax
    orb $1, %al
    movl %eax, %cr0
    ljmpl $0x08, $in_protected

    .code32
in_protected:
    movw $0x10, %ax
    movw %ax, %ds
    movw %ax, %es
    movw %ax, %ss
    movl regs_at, %esi
    movl 0(%esi), %eax
    movl 4(%esi), %ebx
    movl 8(%esi), %ecx
    movl 12(%esi), %edx
    movl 20(%esi), %edi
    call *target
    movl regs_at, %esi
    movl %eax, 0(%esi)
    movl %ebx, 4(%esi)
    movl %ecx, 8(%esi)
    movl %edx, 12(%esi)
    movl %edi, 20(%esi)
    ljmpl $0x18, $in_16_bits

    .code16
in_16_bits:
    movw $0x20, %ax
    movw %ax, %ds
    movw %ax, %es
    movw %ax, %ss
    movl %cr0, %eax
    andb $0xfe, %al
    movl %eax, %cr0
    ljmpw $0, $in_real
in_real:
    xorw %ax, %ax
    movw %ax, %ss
    movw %ax, %ds
    popw %es
    popw %ds
    popal
    sti
    retl

/*
 * u32 switched_by_bios(void): INT 15h AH=89h and back. 0, or what was not as it should be: 1 carry or
 * AH, 2 a segment register, 4 the masks, 8 BX or ESI.
 */
    .globl switched_by_bios
switched_by_bios:
    pushal
    pushw %ds
    pushw %es
    cli
    inb $0x21, %al
    movb %al, masks
    inb $0xa1, %al
    movb %al, masks + 1
    movw $0x8955, %ax
    movw $0x5850, %bx
    movl $table, %esi
    int $0x15
    movl $0, %edi
    jc 1f
    cmpb $0, %ah
    je 2f
1:  orl $1, %edi
2:  movw %cs, %ax
    cmpw $0x30, %ax
    jne 3f
    movw %ds, %ax
    cmpw $0x18, %ax
    jne 3f
    movw %es, %ax
    cmpw $0x20, %ax
    jne 3f
    movw %ss, %ax
    cmpw $0x28, %ax
    je 4f
3:  orl $2, %edi
4:  inb $0x21, %al
    movb %al, %ah
    inb $0xa1, %al
    cmpw $0xffff, %ax
    je 5f
    orl $4, %edi
5:  cmpw $0x5850, %bx
    jne 6f
    cmpl $table, %esi
    je 7f
6:  orl $8, %edi
7:  movl %cr0, %eax
    andb $0xfe, %al
    movl %eax, %cr0
    ljmpw $0, $8f
8:  xorw %ax, %ax
    movw %ax, %ss
    movw %ax, %ds
    movw %ax, %es
    movl %edi, outcome
    lidtw real_idt
    movb $0x11, %al
    outb %al, $0x20
    outb %al, $0xa0
    movb $0x08, %al
    outb %al, $0x21
    movb $0x70, %al
    outb %al, $0xa1
    movb $0x04, %al
    outb %al, $0x21
    movb $0x02, %al
    outb %al, $0xa1
    movb $0x01, %al
    outb %al, $0x21
    outb %al, $0xa1
    movb masks, %al
    outb %al, $0x21
    movb masks + 1, %al
    outb %al, $0xa1
    popw %es
    popw %ds
    popal
    movl outcome, %eax
    sti
    retl

    .section .data
    .balign 8
table:
    .quad 0
    .word 63, table, 0x9200, 0     /* the table itself */
    .word 0, 0, 0, 0               /* no IDT */
    .word 0xffff, 0, 0x9200, 0     /* 18h DS */
    .word 0xffff, 0, 0x9200, 0     /* 20h ES */
    .word 0xffff, 0, 0x9200, 0     /* 28h SS */
    .word 0xffff, 0, 0x9a00, 0     /* 30h CS */
    .word 0x1234, 0x5678, 0x9abc, 0 /* 38h: the BIOS fills it */
real_idt:
    .word 0x3ff
    .long 0
masks:
    .word 0
outcome:
    .long 0
    .balign 8
gdt:
    .quad 0
    .quad 0x00cf9a000000ffff /* 08h: 32-bit code */
    .quad 0x00cf92000000ffff /* 10h: data */
    .quad 0x00009a000000ffff /* 18h: 16-bit code, 64 KB */
    .quad 0x000092000000ffff /* 20h: data, 64 KB */
gdt_register:
    .word . - gdt - 1
    .long gdt
regs_at:
    .long 0
target:
    .long 0
