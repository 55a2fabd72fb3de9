/*
 * Hooks vector 9 as games and resident programs do: reads port 60h, then goes on to the BIOS. Hooks
 * INT 15h as systems with several tasks do, and counts what it tells of the keyboard: Enter shows it.
 */
#include "start.inc"

    .set VECTOR_9, 0x09 * 4
    .set VECTOR_15, 0x15 * 4

main:
    cli
    movl VECTOR_9, %eax
    movl %eax, bios_9
    movw $hook_9, VECTOR_9
    movw $0, VECTOR_9 + 2
    movl VECTOR_15, %eax
    movl %eax, bios_15
    movw $hook_15, VECTOR_15
    movw $0, VECTOR_15 + 2
    sti
    movw $ready, %si
    call print
1:  xorb %ah, %ah
    int $0x16
    cmpb $13, %al
    je 2f
    movb $0x0e, %ah
    movw $7, %bx
    int $0x10
    jmp 1b

2:  movb waits, %al
    cmpb $0, %al /* at least once: how often depends on what else interrupts */
    je 1b
    movb posts, %al
    addb $'0', %al
    movb %al, count
    movw $told, %si
    call print
    jmp 1b

hook_9:
    pushw %ax
    inb $0x60, %al
    popw %ax
    ljmpw *%cs:bios_9

hook_15:
    cmpw $0x9102, %ax
    jne 1f
    incb %cs:posts
1:  cmpw $0x9002, %ax
    jne 1f
    movb $1, %cs:waits
1:  ljmpw *%cs:bios_15

bios_9:
    .long 0
bios_15:
    .long 0
waits:
    .byte 0
posts:
    .byte 0
ready:
    .asciz "type: "
told:
    .ascii ", keys: "
count:
    .asciz " "
