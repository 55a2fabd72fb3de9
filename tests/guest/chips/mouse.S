/* The mouse through the BIOS: its handler adds the packets up, the main loop shows the sums. */
#include "start.inc"

main:
    int $0x11
    movw $no_mouse, %si
    testb $4, %al
    jz show_and_stop
    movw $0xc205, %ax /* packets of three bytes */
    movb $3, %bh
    call service
    movw $0xc207, %ax
    movw $handler, %bx
    call service
    movw $0xc203, %ax /* 8 counts a millimetre */
    movb $3, %bh
    call service
    movw $0xc202, %ax /* 200 a second */
    movb $6, %bh
    call service
    movw $0xc204, %ax
    call service
    movb %bh, identity
    movw $0xc200, %ax
    movb $1, %bh
    call service

1:  movw $0x0200, %ax
    movw $0x0500, %dx
    xorw %bx, %bx
    int $0x10
    movw x, %ax
    call print_word
    movw y, %ax
    call print_word
    movw clicks, %ax
    call print_word
    movb identity, %al
    movb buttons, %ah
    call print_word
    movw $ready, %si
    call print
    hlt
    jmp 1b

/* INT 15h, or the function's number and its status and the end. */
service:
    pushw %ax
    int $0x15
    popw %cx
    jc 1f
    ret
1:  movb %cl, %al
    call print_word
    movw $failed, %si
show_and_stop:
    call print
2:  hlt
    jmp 2b

/* AX in hexadecimal, and a blank. */
print_word:
    movw $4, %cx
    movw %ax, %dx
1:  rolw $4, %dx
    movb %dl, %al
    andb $15, %al
    addb $'0', %al
    cmpb $'9', %al
    jbe 2f
    addb $7, %al
2:  movb $0x0e, %ah
    movw $7, %bx
    int $0x10
    loop 1b
    movw $0x0e20, %ax
    int $0x10
    ret

/* On the stack above the far return address: Z, Y, X, status. */
handler:
    pushw %bp
    movw %sp, %bp
    pushw %ds
    pushw %ax
    xorw %ax, %ax
    movw %ax, %ds
    movb 10(%bp), %al
    testb $0x10, 12(%bp)
    jz 1f
    movb $0xff, %ah
1:  addw %ax, x
    xorw %ax, %ax
    movb 8(%bp), %al
    testb $0x20, 12(%bp)
    jz 2f
    movb $0xff, %ah
2:  addw %ax, y
    movb 12(%bp), %al
    andb $7, %al
    movb buttons, %ah
    movb %al, buttons
    notb %ah
    testb $1, %ah
    jz 3f
    testb $1, %al
    jz 3f
    incw clicks
3:  popw %ax
    popw %ds
    popw %bp
    lretw

x:  .word 0
y:  .word 0
clicks:
    .word 0
buttons:
    .byte 0
identity:
    .byte 0
no_mouse:
    .asciz "no mouse"
failed:
    .asciz "failed"
ready:
    .asciz "ready"
