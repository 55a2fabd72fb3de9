/*
 * Every way into the BIOS: the reset vector, the interrupt entries with their table, and the fixed
 * addresses that old programs call directly.
 */
    .code16

#include "service.h"

    SERVICE int11, equipment_int11
    SERVICE int12, memory_int12
    SERVICE int13, disk_int13
    SERVICE int14, serial_int14
    SERVICE int16, keyboard_int16
    SERVICE int17, printer_int17
    SERVICE int18, boot_int18
    SERVICE int19, boot_int19
    SERVICE int1a, clock_int1a
    IRQ irq1, keyboard_irq
    IRQ irq8, clock_irq8

    SERVICE int05, print_screen_int5
    IRQ irq12, pointer_irq12

    SERVICE int15_others, system_int15
int15:
    cmpb $0x53, %ah
    je apm_int15
    jmp int15_others

/* IRQ 0, 18.2 times a second: count, stop the floppy motor in time, let the user's hook run. */
irq0:
    pushw %ds
    pushl %eax
    pushw %dx
    movw $0x40, %ax
    movw %ax, %ds
    movl 0x6c, %eax
    incl %eax
    cmpl $0x1800b0, %eax /* ticks of a day */
    jb 1f
    xorl %eax, %eax
    incb 0x70
1:  movl %eax, 0x6c
    cmpb $0, 0x40
    je 2f
    decb 0x40
    jnz 2f
    andb $0xf0, 0x3f
    movw $0x3f2, %dx
    inb %dx, %al /* bit 2, reset, stays as the system has set it */
    andb $0x0f, %al
    outb %al, %dx
2:  int $0x1c
    movb $0x20, %al
    outb %al, $0x20
    popw %dx
    popl %eax
    popw %ds
    iretw

/* IRQ 6 and 14: note that it came, as the services of old used to wait for it. */
irq6:
    pushw %ds
    pushw %ax
    movw $0x40, %ax
    movw %ax, %ds
    orb $0x80, 0x3e
    jmp eoi_master
irq14:
    pushw %ds
    pushw %ax
    movw $0x40, %ax
    movw %ax, %ds
    movb $0xff, 0x8e
    jmp eoi_slave

/* IRQ 13, a coprocessor's error: release its BUSY# latch and call the NMI vector, as on the AT. */
irq13:
    pushw %ax
    xorb %al, %al
    outb %al, $0xf0
    movb $0x20, %al
    outb %al, $0xa0
    outb %al, $0x20
    popw %ax
    int $0x02
    iretw

/* Interrupts of lines nobody serves. */
irq_slave:
    pushw %ds
    pushw %ax
eoi_slave:
    movb $0x20, %al
    outb %al, $0xa0
    outb %al, $0x20
    popw %ax
    popw %ds
    iretw
irq_master:
    pushw %ds
    pushw %ax
eoi_master:
    movb $0x20, %al
    outb %al, $0x20
    popw %ax
    popw %ds
    iretw

/* IRQ 9 stands in for IRQ 2 of the XT, at vector 0Ah. */
irq9:
    pushw %ax
    movb $0x20, %al
    outb %al, $0xa0
    popw %ax
    int $0x0a
    iretw

    .globl nothing
nothing:
    iretw

/* The vectors that are not `nothing`; 0 ends the list (vector 0 itself is `nothing`). */
    .macro VECTOR number, target
    .byte \number
    .word \target
    .endm

    .section .rom, "a"
    .globl rom_vectors
rom_vectors:
    VECTOR 0x05, int05
    VECTOR 0x08, irq0
    VECTOR 0x09, irq1
    VECTOR 0x0a, irq_master
    VECTOR 0x0b, irq_master
    VECTOR 0x0c, irq_master
    VECTOR 0x0d, irq_master
    VECTOR 0x0e, irq6
    VECTOR 0x0f, irq_master
    VECTOR 0x11, int11
    VECTOR 0x12, int12
    VECTOR 0x13, int13
    VECTOR 0x14, int14
    VECTOR 0x15, int15
    VECTOR 0x16, int16
    VECTOR 0x17, int17
    VECTOR 0x18, int18
    VECTOR 0x19, int19
    VECTOR 0x1a, int1a
    VECTOR 0x1e, diskette_table
    VECTOR 0x40, int13
    VECTOR 0x70, irq8
    VECTOR 0x71, irq9
    VECTOR 0x72, irq_slave
    VECTOR 0x73, irq_slave
    VECTOR 0x74, irq12
    VECTOR 0x75, irq13
    VECTOR 0x76, irq14
    VECTOR 0x77, irq_slave
    .byte 0

/*
 * A reset: of the whole machine, by Ctrl-Alt-Del, or of the processor alone, which is how a 286
 * program leaves protected mode. The controller's system flag tells the first one, and the shutdown
 * byte (CMOS 0Fh) what the program wants: 4 = INT 19h, 5 = end of interrupt and 0Ah, 0Ah = to the
 * pointer at 40:67h, 0Bh = IRET and 0Ch = RETF with that for a stack. Chips are left as they are.
 */
    .set SYSTEM_FLAG, 4
    .section .text
    .globl start
start:
    cli
    cld
    inb $0x64, %al
    movb %al, %bh
    movb $0x8f, %al
    outb %al, $0x70
    inb $0x71, %al
    movb %al, %bl
    movb $0x8f, %al
    outb %al, $0x70
    xorb %al, %al
    outb %al, $0x71
    movb $0x0d, %al /* NMI on again */
    outb %al, $0x70
    inb $0x71, %al
    testb $SYSTEM_FLAG, %bh
    jz power_on
    movw $0x40, %ax
    movw %ax, %ds
    cmpb $0x0a, %bl
    je resume_jump
    cmpb $0x05, %bl
    je resume_after_interrupt
    cmpb $0x0b, %bl
    je resume_iret
    cmpb $0x0c, %bl
    je resume_retf
    cmpb $0x04, %bl
    je resume_boot
power_on:
    xorw %ax, %ax
    movw %ax, %ss
    movl $0x7000, %esp
    movw %ax, %ds
    movw %ax, %es
    movw %ax, %fs
    movw %cs, %ax
    movw %ax, %gs
    calll post
resume_after_interrupt:
    movb $0x20, %al
    outb %al, $0xa0
    outb %al, $0x20
resume_jump:
    ljmpw *0x67
resume_iret:
    lssw 0x67, %sp
    iretw
resume_retf:
    lssw 0x67, %sp
    lretw
resume_boot:
    xorw %ax, %ax
    movw %ax, %ss
    movl $0x7000, %esp
    int $0x19

/*
 * void boot_jump(u8 drive, u16 segment, u16 offset): to what was loaded, with its drive in DL and
 * everything else plain.
 */
    .globl boot_jump
boot_jump:
    movl %edx, %ebx
    movzbl %al, %edx
    xorl %eax, %eax
    cli
    movw %ax, %ss
    movl $0x7c00, %esp
    pushw %bx
    pushw %cx
    movw %ax, %ds
    movw %ax, %es
    movw %ax, %fs
    movw %ax, %gs
    xorl %ebx, %ebx
    xorl %ecx, %ecx
    xorl %esi, %esi
    xorl %edi, %edi
    xorl %ebp, %ebp
    sti
    lretw

/* Fixed addresses of the AT's ROM; bios.ld places each section where its name says. */
    .macro FIXED address, target
    .section .fixed.\address, "ax"
    jmp \target
    .endm

    FIXED e05b, start
    FIXED e2c3, nothing
    FIXED e3fe, int13
    FIXED e6f2, int19
    FIXED e739, int14
    FIXED e82e, int16
    FIXED e987, irq1
    FIXED ec59, int13
    FIXED ef57, irq6
    FIXED efd2, int17
    FIXED f065, nothing /* the display has a BIOS of its own */
    FIXED f841, int12
    FIXED f84d, int11
    FIXED f859, int15
    FIXED fe6e, int1a
    FIXED fea5, irq0
    FIXED ff53, nothing

/* INT 15h AH=C0h: model FCh (AT), two 8259A, RTC, INT 15h/4Fh is called, EBDA. */
    .section .fixed.e6f5, "a"
    .globl configuration_table
configuration_table:
    .word 8
    .byte 0xfc, 0x01, 0x00, 0x74, 0x40, 0x00, 0x00, 0x00

/*
 * Vector 1Eh, diskette parameters: SPECIFY's two bytes, motor off after 2 s, 512-byte sectors,
 * 18 of them, gap 1Bh, data length FFh, format gap 6Ch, fill byte F6h, settle 15 ms, motor
 * start 1 s.
 */
    .section .fixed.efc7, "a"
    .globl diskette_table
diskette_table:
    .byte 0xaf, 0x02, 0x25, 0x02, 18, 0x1b, 0xff, 0x6c, 0xf6, 0x0f, 0x08

    .section .fixed.fa6e, "a"
    .incbin "font8x8.bin", 0, 1024

    .section .fixed.fff0, "ax"
    ljmpw $0xf000, $start
    .ascii "11/22/26"
    .byte 0
    .byte 0xfc /* model: AT */
    .byte 0
