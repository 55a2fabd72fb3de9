/*
 * Leaves protected mode as a 286 program has to: by a reset of the processor, with the way back in the
 * shutdown byte (CMOS 0Fh) and at 40:67h. Every code that BIOSes know, and every source of the reset.
 * The timer's interrupt and the display must go on as they were: POST would have changed both.
 */
#include "start.inc"

    .set ROUNDS, 6
    .set RESUME, 0x467
    .set VECTOR_20H, 0x20 * 4

main:
    movw $tick, VECTOR_20H
    movw $0, VECTOR_20H + 2
    movb $0x11, %al /* the master's vectors to 20h, which a BIOS does not use */
    outb %al, $0x20
    movb $0x20, %al
    outb %al, $0x21
    movb $0x04, %al
    outb %al, $0x21
    movb $0x01, %al
    outb %al, $0x21
    movb $0xfe, %al
    outb %al, $0x21
    movw $0x0001, %ax /* 40 columns */
    int $0x10

next:
    xorw %bx, %bx
    movb round, %bl
    cmpb $ROUNDS, %bl
    je finished
    cli
    movw $0x7bf6, %sp
    movw $back, 0x7bf6 /* what IRET and RETF take */
    movw $0, 0x7bf8
    pushfw
    popw 0x7bfa
    movw $back, RESUME
    movw $0, RESUME + 2
    cmpb $0x09, codes(%bx)
    jne 2f
    movw $0x7be2, RESUME /* below: DS, ES and eight registers, of any value */
2:  cmpb $0x0b, codes(%bx)
    jb 1f
    movw $0x7bf6, RESUME
1:  movb $0x8f, %al
    outb %al, $0x70
    movb codes(%bx), %al
    outb %al, $0x71
    lgdtw gdtr
    movl %cr0, %eax
    orb $1, %al
    movl %eax, %cr0
    ljmpw $0x08, $protected
protected:
    movw $0x10, %ax
    movw %ax, %ds
    movw %ax, %ss
    movb sources(%bx), %al
    cmpb $1, %al
    jb by_controller
    je by_port
    lidtw nothing /* a triple fault */
    int3
by_controller:
    movb $0xfe, %al
    outb %al, $0x64
1:  hlt
    jmp 1b
by_port:
    movb $1, %al
    outb %al, $0x92
    jmp 1b

back:
    xorw %ax, %ax
    movw %ax, %ds
    movw %ax, %es
    movw %ax, %ss
    movw $0x7c00, %sp
    movb $0, %al
    outb %al, $0x92
    movl %cr0, %eax
    testb $1, %al
    jnz finished
    incb round
    movw ticks, %ax
    addw $2, %ax
    sti
1:  cmpw %ax, ticks /* interrupts go on */
    jne 1b
    movw $good, %si
    call print
    jmp next

finished:
    movw $end, %si
    call print
1:  hlt
    jmp 1b

tick:
    pushw %ax
    incw %cs:ticks
    movb $0x20, %al
    outb %al, $0x20
    popw %ax
    iretw

/* CMOS 0Fh, and who resets: 0 the keyboard controller, 1 port 92h, 2 a triple fault. */
codes:
    .byte 0x0a, 0x05, 0x0a, 0x0b, 0x0c, 0x09
sources:
    .byte 0, 1, 2, 0, 2, 1
round:
    .byte 0
ticks:
    .word 0
good:
    .asciz "back "
end:
    .asciz "all"
    .balign 8
gdt:
    .quad 0
    .quad 0x00009b000000ffff /* 08h: code */
    .quad 0x000093000000ffff /* 10h: data */
gdtr:
    .word 3 * 8 - 1
    .long gdt
nothing:
    .word 0
    .long 0
