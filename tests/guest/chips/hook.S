/* Hooks vector 9 as games and resident programs do: reads port 60h, then goes on to the BIOS. */
#include "start.inc"

    .set VECTOR_9, 0x09 * 4

main:
    cli
    movl VECTOR_9, %eax
    movl %eax, bios
    movw $hook, VECTOR_9
    movw $0, VECTOR_9 + 2
    sti
    movw $ready, %si
    call print
1:  xorb %ah, %ah
    int $0x16
    movb $0x0e, %ah
    movw $7, %bx
    int $0x10
    jmp 1b

hook:
    pushw %ax
    inb $0x60, %al
    popw %ax
    ljmpw *%cs:bios

bios:
    .long 0
ready:
    .asciz "type: "
