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
    SERVICE fault0, fault_divide
    SERVICE fault6, fault_opcode
    SERVICE fault7, fault_coprocessor

    SERVICE int15_others, system_int15
int15:
    cmpb $0x53, %ah
    je apm_int15
    cmpb $0x90, %ah
    je 1f
    cmpb $0x91, %ah
    jne int15_others
/* A device is waited for, or is done: for systems that hook them; costs no stack. */
1:  movb $0, %ah
    pushw %bp
    movw %sp, %bp
    andb $0xfe, 6(%bp)
    popw %bp
    iretw

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

/* IRQ 6 and 14: note that it came, as the services of old used to wait for it, and tell it. */
irq6:
    pushw %ds
    pushw %ax
    movw $0x40, %ax
    movw %ax, %ds
    orb $0x80, 0x3e
    movb $0x20, %al
    outb %al, $0x20
    movw $0x9101, %ax
    int $0x15
    popw %ax
    popw %ds
    iretw
irq14:
    pushw %ds
    pushw %ax
    movw $0x40, %ax
    movw %ax, %ds
    movb $0xff, 0x8e
    movb $0x20, %al
    outb %al, $0xa0
    outb %al, $0x20
    movw $0x9100, %ax
    int $0x15
    popw %ax
    popw %ds
    iretw

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
    pushw %ax
    movb $0x20, %al
    outb %al, $0xa0
    outb %al, $0x20
    popw %ax
    iretw
irq_master:
    pushw %ax
    movb $0x20, %al
    outb %al, $0x20
    popw %ax
    iretw

/*
 * Inputs 7, whose vectors an 8259A also gives for a request that has gone. Nothing is in service then:
 * an end of interrupt would end another, and after the slave's the master alone gets one.
 */
    .macro LAST_INPUT name, chip
\name:
    pushw %ax
    movb $0x0b, %al /* the in-service register */
    outb %al, $\chip
    inb $\chip, %al
    testb $0x80, %al
    movb $0x0a, %al
    outb %al, $\chip
    movb $0x20, %al
    jz 1f
    outb %al, $\chip
1:  .if \chip != 0x20
    outb %al, $0x20
    .endif
    popw %ax
    iretw
    .endm
    LAST_INPUT irq7, 0x20
    LAST_INPUT irq15, 0xa0

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

/* The vectors that are not `nothing`; FFh ends the list. */
    .macro VECTOR number, target
    .byte \number
    .word \target
    .endm

    .section .rom, "a"
    .globl rom_vectors
rom_vectors:
    VECTOR 0x00, fault0
    VECTOR 0x05, int05
    VECTOR 0x06, fault6
    VECTOR 0x07, fault7
    VECTOR 0x08, irq0
    VECTOR 0x09, irq1
    VECTOR 0x0a, irq_master
    VECTOR 0x0b, irq_master
    VECTOR 0x0c, irq_master
    VECTOR 0x0d, irq_master
    VECTOR 0x0e, irq6
    VECTOR 0x0f, irq7
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
    VECTOR 0x1d, video_table
    VECTOR 0x1e, diskette_table
    VECTOR 0x40, int13
    VECTOR 0x70, irq8
    VECTOR 0x71, irq9
    VECTOR 0x72, irq_slave
    VECTOR 0x73, irq_slave
    VECTOR 0x74, irq12
    VECTOR 0x75, irq13
    VECTOR 0x76, irq14
    VECTOR 0x77, irq15
    .byte 0xff

/*
 * A reset: of the whole machine, by Ctrl-Alt-Del, or of the processor alone, which is how a 286
 * program leaves protected mode. The controller's system flag tells the first one, and the shutdown
 * byte (CMOS 0Fh) what the program wants: 4 = INT 19h, 5 = the keyboard's byte dropped, end of interrupt
 * and 0Ah, 0Ah = to the pointer at 40:67h, 0Bh = IRET and 0Ch = RETF with that for a stack, 9 = back
 * from an AT's block move: that stack holds DS, ES, PUSHA's registers and a caller of INT 15h. Chips are
 * left as they are.
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
    cmpb $0x09, %bl
    je resume_block_move
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
    inb $0x60, %al
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
resume_block_move:
    lssw 0x67, %sp
    popw %ds
    popw %es
    popaw
    xorb %ah, %ah /* done: ZF, no carry */
    sti
    lretw $2
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
    FIXED f841, int12
    FIXED f84d, int11
    FIXED f859, int15
    FIXED fe6e, int1a
    FIXED fea5, irq0
    FIXED ff23, irq_master
    FIXED ff54, int05

/* INT 10h of the board; the display has a BIOS of its own, which POST puts at vector 6Dh. */
    .section .fixed.f065, "ax"
    int $0x6d
    iretw

    .section .fixed.ff53, "ax"
    iretw

/* Offsets for vectors 08h-1Fh, by which old programs put them back. */
    .section .fixed.fef3, "a"
    .word 0xfea5, 0xe987, 0xff23, 0xff23, 0xff23, 0xff23, 0xef57, 0xff23
    .word 0xf065, 0xf84d, 0xf841, 0xec59, 0xe739, 0xf859, 0xe82e, 0xefd2
    .word int18, 0xe6f2, 0xfe6e, 0xff53, 0xff53, 0xf0a4, 0xefc7, 0

/*
 * The AT's drive types 1 to 47, of which IBM gave 1 to 23 a drive: cylinders, heads, a word, the cylinder
 * of write precompensation (-1: none), a byte, the control byte, three bytes, landing zone, sectors.
 */
    .macro DRIVE_TYPE cylinders, heads, precompensation, control, landing
    .word \cylinders
    .byte \heads
    .word 0, \precompensation
    .byte 0, \control, 0, 0, 0
    .word \landing
    .byte 17, 0
    .endm
    .section .fixed.e401, "a"
    DRIVE_TYPE 306, 4, 128, 0, 305
    DRIVE_TYPE 615, 4, 300, 0, 615
    DRIVE_TYPE 615, 6, 300, 0, 615
    DRIVE_TYPE 940, 8, 512, 0, 940
    DRIVE_TYPE 940, 6, 512, 0, 940
    DRIVE_TYPE 615, 4, 0xffff, 0, 615
    DRIVE_TYPE 462, 8, 256, 0, 511
    DRIVE_TYPE 733, 5, 0xffff, 0, 733
    DRIVE_TYPE 900, 15, 0xffff, 8, 901
    DRIVE_TYPE 820, 3, 0xffff, 0, 820
    DRIVE_TYPE 855, 5, 0xffff, 0, 855
    DRIVE_TYPE 855, 7, 0xffff, 0, 855
    DRIVE_TYPE 306, 8, 128, 0, 319
    DRIVE_TYPE 733, 7, 0xffff, 0, 733
    .fill 16, 1, 0 /* 15: the type is in CMOS 19h or 1Ah */
    DRIVE_TYPE 612, 4, 0, 0, 663
    DRIVE_TYPE 977, 5, 300, 0, 977
    DRIVE_TYPE 977, 7, 0xffff, 0, 977
    DRIVE_TYPE 1024, 7, 512, 0, 1023
    DRIVE_TYPE 733, 5, 300, 0, 732
    DRIVE_TYPE 733, 7, 300, 0, 732
    DRIVE_TYPE 733, 5, 300, 0, 733
    DRIVE_TYPE 306, 4, 0, 0, 336
    .fill 24 * 16, 1, 0

/* Divisors of INT 14h AH=00h, 110 to 9600 bit/s. */
    .section .fixed.e729, "a"
    .word 1047, 768, 384, 192, 96, 48, 24, 12

/*
 * Vector 1Dh: the 6845's registers for 40 and 80 columns, graphics and monochrome; the bytes of a page,
 * columns and mode register (3D8h) of modes 0 to 7.
 */
    .section .fixed.f0a4, "a"
video_table:
    .byte 0x38, 0x28, 0x2d, 0x0a, 0x1f, 6, 0x19, 0x1c, 2, 7, 6, 7, 0, 0, 0, 0
    .byte 0x71, 0x50, 0x5a, 0x0a, 0x1f, 6, 0x19, 0x1c, 2, 7, 6, 7, 0, 0, 0, 0
    .byte 0x38, 0x28, 0x2d, 0x0a, 0x7f, 6, 0x64, 0x70, 2, 1, 6, 7, 0, 0, 0, 0
    .byte 0x61, 0x50, 0x52, 0x0f, 0x19, 6, 0x19, 0x19, 2, 0x0d, 0x0b, 0x0c, 0, 0, 0, 0
    .word 0x0800, 0x1000, 0x4000, 0x4000
    .byte 40, 40, 80, 80, 40, 40, 80, 80
    .byte 0x2c, 0x28, 0x2d, 0x29, 0x2a, 0x2e, 0x1e, 0x29

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
    .ascii "11/22/99" /* two digits: programs that compare dates take 26 for 1926 */
    .byte 0
    .byte 0xfc /* model: AT */
    .byte 0
