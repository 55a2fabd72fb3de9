/*
 * The boot sector of programs without an operating system: loads the SECTORS sectors that follow to
 * 10000h, one by one, opens the A20 gate, enters protected mode, clears the program's .bss and calls
 * its main().
 */
#include "guest_load.inc"

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
    load_sectors 0x1000

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
    movb $'!', %al /* cannot be loaded: a sign on the debug console and the serial line */
    outb %al, $0xe9
    movw $0x3f8, %dx
    outb %al, %dx
    hlt
    jmp failed

    load_variables
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

    .code32
    .section .text.entry, "ax"
    .globl entry
entry:
    movw $0x10, %ax
    movw %ax, %ds
    movw %ax, %es
    movw %ax, %fs
    movw %ax, %gs
    movw %ax, %ss
    movl $0x90000, %esp
    cld
    movl $bss_start, %edi
    movl $bss_end, %ecx
    subl %edi, %ecx
    xorl %eax, %eax
    rep stosb
    call main
1:  hlt
    jmp 1b
