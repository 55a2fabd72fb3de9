/* COM2, the printer, the CMOS memory, the clock's two ways to wake a program, and APM to end: each
   thing that works sends its letter to COM2. */
#include "start.inc"

/* AL to COM2, waiting for it. */
send:
    movw $1, %dx
    movb $1, %ah
    int $0x14
    ret

alarm:
    movb $1, %cs:rang
    iretw

main:
    movw $0x00e3, %ax /* 9600 bit/s, 8 bits */
    movw $1, %dx
    int $0x14
    movb $'S', %al
    call send

    movw $paper, %si /* INT 17h */
1:  lodsb
    testb %al, %al
    jz 2f
    xorw %dx, %dx
    movb $0, %ah
    int $0x17
    testb $0x29, %ah
    jz 1b
    jmp 3f
2:  movb $'P', %al
    call send

3:  movb $0x50, %al /* a cell of the CMOS memory counts the runs */
    outb %al, $0x70
    inb $0x71, %al
    incb %al
    movb %al, %ah
    movb $0x50, %al
    outb %al, $0x70
    movb %ah, %al
    outb %al, $0x71

    movw $0x8300, %ax /* 50 ms */
    xorw %cx, %cx
    movw $50000, %dx
    movw $event, %bx
    int $0x15
    jc 5f
4:  hlt
    testb $0x80, event
    jz 4b
    movb $'E', %al
    call send

5:  movw $alarm, 0x4a * 4
    movw $0, 0x4a * 4 + 2
    movb $2, %ah /* two seconds from now: the clock starts at 0 o'clock */
    int $0x1a
    movb %dh, %al
    addb $2, %al
    daa
    movb %al, %dh
    movb $6, %ah
    int $0x1a
    jc 7f
6:  hlt
    cmpb $0, rang
    je 6b
    movb $7, %ah
    int $0x1a
    movb $'A', %al
    call send

7:  movw $0x5300, %ax
    xorw %bx, %bx
    int $0x15
    jc 8f
    cmpw $0x504d, %bx
    jne 8f
    movw $0x5301, %ax
    xorw %bx, %bx
    int $0x15
    movb $'M', %al
    call send
    movw $1, %dx /* until it is on the wire */
9:  movb $3, %ah
    int $0x14
    testb $0x40, %ah
    jz 9b
    movw $0x5307, %ax
    movw $1, %bx
    movw $3, %cx
    int $0x15
8:  hlt
    jmp 8b

event:
    .byte 0
rang:
    .byte 0
paper:
    .asciz "on paper\r\n"
