/*
 * The boot sector: loads the SECTORS sectors that follow to 10000h, one by one, opens the A20 gate,
 * enters protected mode and jumps to the program.
 */
    .code16
    .section .boot, "ax"
    .globl _start
_start:
    cli
    xorw %ax, %ax
    movw %ax, %ds
    movw %ax, %ss
    movw $0x7c00, %sp
    cld
    movb %dl, drive
    movb $0x08, %ah /* CL bits 0-5 = last sector of a track, DH = last head */
    int $0x13
    andw $0x3f, %cx
    movw %cx, per_track
    movzbw %dh, %dx
    incw %dx
    movw %dx, heads
    movw $1, %si
    movw $0x1000, %di
next:
    movw %di, %es
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
    xorw %bx, %bx
    movw $0x0201, %ax
    int $0x13
    jc failed
    addw $0x20, %di
    incw %si
    cmpw $SECTORS, %si
    jbe next

    cli
    inb $0x92, %al /* system control port A: bit 1 = A20, bit 0 = reset */
    orb $0x02, %al
    andb $0xfe, %al
    outb %al, $0x92
    lgdtl gdt_pointer
    movl %cr0, %eax
    orl $1, %eax
    movl %eax, %cr0
    ljmpl $0x08, $entry
failed:
    movb $'!', %al
    movw $0x3f8, %dx
    outb %al, %dx
    hlt
    jmp failed

drive:
    .byte 0
per_track:
    .word 0
heads:
    .word 0
    .balign 4
gdt_pointer: /* until the program has made its own */
    .word 0x17
    .long first_gdt
    .balign 8
first_gdt:
    .quad 0
    .quad 0x00cf9a000000ffff
    .quad 0x00cf92000000ffff
    .org 510
    .word 0xaa55
