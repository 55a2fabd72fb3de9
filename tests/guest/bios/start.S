/*
 * The boot sector of the BIOS tests: loads the SECTORS sectors that follow, one by one, behind
 * itself and calls run(drive). Everything lies in segment 0, so that plain C works.
 */
#include "../../support/guest_load.inc"

    .code16
    .section .boot, "ax"
    .globl _start
_start:
    cli
    xorw %ax, %ax
    movw %ax, %ds
    movw %ax, %es
    movw %ax, %ss
    movl $0x7c00, %esp
    sti
    cld
    load_sectors 0x7e0
    xorw %ax, %ax
    movw %ax, %es
    movzbl drive, %eax
    calll run
failed:
    movb $'!', %al
    movw $0x3f8, %dx
    outb %al, %dx
    movb $0x11, %al
    outb %al, $0xf4
    hlt
    jmp failed
    load_variables
    .org 510
    .word 0xaa55

/* void call(struct regs *regs, u32 vector): INT vector with these registers and segments. */
    .section .text
    .globl call
call:
    pushal
    pushw %ds
    pushw %es
    movb %dl, vector + 1
    movl %eax, regs_at
    movl %eax, %esi
    movl 0(%esi), %eax
    movl 4(%esi), %ebx
    movl 8(%esi), %ecx
    movl 12(%esi), %edx
    movl 20(%esi), %edi
    movl 24(%esi), %ebp
    movw 28(%esi), %es
    pushw 30(%esi)
    movl 16(%esi), %esi
    popw %ds
    jmp vector /* a jump, since the number was just written */
vector:
    int $0
    pushfw
    pushw %ds
    pushl %esi
    xorw %si, %si
    movw %si, %ds
    movl regs_at, %esi
    movl %eax, 0(%esi)
    movl %ebx, 4(%esi)
    movl %ecx, 8(%esi)
    movl %edx, 12(%esi)
    movl %edi, 20(%esi)
    movl %ebp, 24(%esi)
    movw %es, 28(%esi)
    popl 16(%esi)
    popw 30(%esi)
    popw 32(%esi)
    popw %es
    popw %ds
    popal
    retl

    .section .data
regs_at:
    .long 0
