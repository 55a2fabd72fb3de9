/*
 * INT 15h AH=89h, the last step: void protected_switch(struct registers *r) goes back to the caller in
 * protected mode, by the table at its ES:SI: 08h the table itself, 10h the IDT, 18h DS, 20h ES,
 * 28h SS, 30h CS, 38h this ROM (system.c has filled it). IRQ 0 gets vector BL, IRQ 8 vector BH; all
 * lines are masked.
 */
    .code16
    .set R_ESI, 4
    .set R_EBX, 16
    .set R_GS, 32
    .set R_FS, 34
    .set R_ES, 36
    .set R_HANDLER, 40

    .section .text
    .globl protected_switch
protected_switch:
    cli
    movl %eax, %ebp
    movl %eax, %esp
    movw R_EBX(%ebp), %bx
    movb $0x11, %al /* 8259A DS: ICW1 to ICW4 */
    outb %al, $0x20
    outb %al, $0xa0
    movb %bl, %al
    outb %al, $0x21
    movb %bh, %al
    outb %al, $0xa1
    movb $0x04, %al
    outb %al, $0x21
    movb $0x02, %al
    outb %al, $0xa1
    movb $0x01, %al
    outb %al, $0x21
    outb %al, $0xa1
    movb $0xff, %al
    outb %al, $0x21
    outb %al, $0xa1

    movw R_GS(%ebp), %gs /* the caller's own, with their 64 KB: an AT has none of the two */
    movw R_FS(%ebp), %fs
    movw R_ES(%ebp), %es
    movl R_ESI(%ebp), %esi
    movzwl %si, %esi
    lgdtw %es:0x08(%esi) /* a descriptor begins as the operand does: limit, 24 bits of base */
    lidtw %es:0x10(%esi)
    movl %cr0, %eax
    orb $1, %al
    movl %eax, %cr0
    ljmpw $0x38, $1f
1:  movw $0x18, %ax
    movw %ax, %ds
    movw $0x20, %ax
    movw %ax, %es
    movw $0x28, %ax
    movw %ax, %ss
    popal
    leal R_HANDLER + 4 - 32(%esp), %esp
    pushw %bp
    movl %esp, %ebp
    movw $0x30, 4(%ebp) /* the caller's CS, above its IP */
    popw %bp
    movb $0, %ah
    clc
    lretw $2
