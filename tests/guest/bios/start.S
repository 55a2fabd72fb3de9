/*
 * The boot sector of the BIOS tests: loads the SECTORS sectors that follow, one by one, behind
 * itself and calls run(drive). Everything lies in segment 0, so that plain C works.
 */
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
    movb %dl, drive
    movb $0x08, %ah
    int $0x13
    xorw %ax, %ax
    movw %ax, %es
    andw $0x3f, %cx
    movw %cx, per_track
    movzbw %dh, %dx
    incw %dx
    movw %dx, heads
    movw $1, %si
    movw $0x7e00, %bx
next:
    movw %si, %ax
    xorw %dx, %dx
    divw per_track
    movb %dl, %cl
    incb %cl
    xorw %dx, %dx
    divw heads
    movb %al, %ch
    movb %dl, %dh
    movb drive, %dl
    movw $0x0201, %ax
    int $0x13
    jc failed
    addw $512, %bx
    incw %si
    cmpw $SECTORS + 1, %si
    jb next
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
drive:
    .byte 0
per_track:
    .word 0
heads:
    .word 0
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
