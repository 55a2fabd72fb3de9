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

    .section .data
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
