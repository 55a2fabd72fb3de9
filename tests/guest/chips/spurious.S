/*
 * A request that is gone when the processor asks for it: the printer's line as IRQ 7. Its vector 0Fh is
 * the BIOS's, which must not end another interrupt that is in service: here the timer's.
 */
#include "start.inc"

    .set VECTOR_8, 0x08 * 4

main:
    cli
    movw $tick, VECTOR_8
    movw $0, VECTOR_8 + 2
    sti
1:  cmpb $1, done
    jne 1b
    movw $good, %si
    cmpb $1, service /* the timer alone, still in service */
    je 2f
    movw $bad, %si
2:  call print
3:  hlt
    jmp 3b

tick:
    pushw %ax
    int $0x0f /* as the 8259A's spurious vector: nothing of IRQ 7 is in service */
    movb $0x0b, %al
    outb %al, $0x20
    inb $0x20, %al
    cmpb $1, %cs:done
    je 1f
    movb %al, %cs:service
    movb $1, %cs:done
1:  movb $0x20, %al
    outb %al, $0x20
    popw %ax
    iretw

done:
    .byte 0
service:
    .byte 0
good:
    .asciz "the timer's alone"
bad:
    .asciz "ended another's"
