/*
 * Started from a CD, as a program or as a floppy's boot sector: calls INT 13h for its drive row by row
 * and shows AH, with c for carry; then what was read, and the specification packet of AH=4Bh.
 */
#include "start.inc"

    .set SECTOR, 0x8000
    .set PACKET, 0x600
    .set PARAMETERS, 0x640
    .set SPECIFICATION, 0x680

main:
    movb %dl, drive
    movw $packet, %si
    movw $PACKET, %di
    movw $8, %cx
    rep movsw
    movw $26, PARAMETERS
    movw $rows, %bp
next:
    movw (%bp), %ax
    testw %ax, %ax
    jz told
    movw 2(%bp), %bx
    movw 4(%bp), %si
    movw $0x0001, %cx
    movb $0, %dh
    movb drive, %dl
    int $0x13
    pushfw
    movb %ah, %al
    call hex
    popfw
    movb $' ', %al
    jnc 1f
    movb $'c', %al
1:  call letter
    addw $6, %bp
    jmp next
told:
    movw $SECTOR + 1, %si
    movb $0, SECTOR + 6
    call print
    movb $' ', %al
    call letter
    movw PARAMETERS + 24, %ax
    xchgb %al, %ah
    call hex
    movb %ah, %al
    call hex
    movb $' ', %al
    call letter
    movw $SPECIFICATION, %si
    movw $19, %cx
2:  lodsb
    call hex
    loop 2b
    movw $end, %si
    call print
    jmp .

hex:
    pushw %ax
    shrb $4, %al
    call digit
    popw %ax
    pushw %ax
    andb $0x0f, %al
    call digit
    popw %ax
    ret
digit:
    addb $'0', %al
    cmpb $'9', %al
    jbe letter
    addb $7, %al
letter:
    pushaw
    movb $0x0e, %ah
    movw $7, %bx
    int $0x10
    popaw
    ret

/* AX, BX, SI */
rows:
    .word 0x4100, 0x55aa, 0
    .word 0x4200, 0, PACKET
    .word 0x4300, 0, PACKET
    .word 0x4400, 0, PACKET
    .word 0x4500, 0, 0
    .word 0x4502, 0, 0
    .word 0x4600, 0, 0 /* locked: it stays */
    .word 0x4501, 0, 0
    .word 0x4700, 0, PACKET
    .word 0x4800, 0, PARAMETERS
    .word 0x4900, 0, 0
    .word 0x0801, 0, 0
    .word 0x1500, 0, 0
    .word 0x0301, SECTOR + 0x800, 0
    .word 0x0201, SECTOR + 0x800, 0
    .word 0x4b01, 0, SPECIFICATION
    .word 0x4b00, 0, SPECIFICATION
    .word 0x0201, SECTOR + 0x800, 0
    .word 0
packet: /* one CD sector, the volume's descriptor */
    .byte 16, 0
    .word 1, SECTOR, 0
    .long 16, 0
drive:
    .byte 0
end:
    .asciz " end"
