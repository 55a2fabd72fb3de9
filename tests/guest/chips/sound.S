/* Two tones by the timer, one by hand, one by the BIOS's bell; the script measures them. */
#include "start.inc"

/* A tone of timer count BX for a quarter of a second, then a tenth of silence. */
tone:
    movb $0xb6, %al
    outb %al, $0x43
    movb %bl, %al
    outb %al, $0x42
    movb %bh, %al
    outb %al, $0x42
    inb $0x61, %al
    orb $3, %al
    outb %al, $0x61
    movw $250, %bx
    call wait
    inb $0x61, %al
    andb $0xfc, %al
    outb %al, $0x61
    movw $100, %bx

/* BX milliseconds. */
wait:
    movw $1000, %ax
    mulw %bx
    movw %dx, %cx
    movw %ax, %dx
    movb $0x86, %ah
    int $0x15
    ret

main:
    movw $1193, %bx /* 1000 Hz */
    call tone
    movw $2712, %bx /* 440 Hz */
    call tone
    movw $125, %di /* 250 Hz: the cone pushed and pulled every 2 ms, the timer's gate shut */
1:  inb $0x61, %al
    xorb $2, %al
    andb $0xfe, %al
    outb %al, $0x61
    movw $2, %bx
    call wait
    decw %di
    jnz 1b
    inb $0x61, %al
    andb $0xfc, %al
    outb %al, $0x61
    movw $100, %bx
    call wait
    movw $0x0e07, %ax
    movw $7, %bx
    int $0x10
    movw $text, %si
    call print
2:  hlt
    jmp 2b

text:
    .asciz "played"
