/*
 * A boot sector that reads its whole floppy through INT 13h, track by track and side by side, and
 * shows the sum of all words. Its drive's format lies in the three bytes before the signature.
 */
    .code16
    .globl _start
_start:
    jmp 1f
    nop
    .org 62 /* a FAT file system's parameters may lie here */
1:  xorw %ax, %ax
    movw %ax, %ds
    movw %ax, %ss
    movw $0x7c00, %sp
    movb %dl, drive
    movw $0x1000, %ax
    movw %ax, %es
    xorl %edi, %edi
    xorw %cx, %cx /* CH = track */
next_track:
    xorb %dh, %dh
next_side:
    movb $3, tries
again:
    movb $2, %ah
    movb sectors, %al
    movb $1, %cl
    movb drive, %dl
    xorw %bx, %bx
    int $0x13
    jnc 2f
    xorb %ah, %ah
    int $0x13
    decb tries
    jnz again
    movw $bad, %si
    jmp show
2:  pushw %cx
    movzbw sectors, %cx
    shlw $8, %cx
    xorw %si, %si
3:  movzwl %es:(%si), %eax
    addl %eax, %edi
    addw $2, %si
    loop 3b
    popw %cx
    incb %dh
    cmpb heads, %dh
    jb next_side
    incb %ch
    cmpb tracks, %ch
    jb next_track
    movw $digits + 7, %si
    movw $8, %cx
4:  movw %di, %ax
    andb $15, %al
    cmpb $10, %al
    sbbb $0x69, %al /* 0-9, A-F */
    das
    movb %al, (%si)
    decw %si
    shrl $4, %edi
    loop 4b
    movw $good, %si
show:
    lodsb
    orb %al, %al
    jz 5f
    movb $0x0e, %ah
    movw $7, %bx
    int $0x10
    jmp show
5:  hlt
    jmp 5b
drive:
    .byte 0
tries:
    .byte 0
good:
    .ascii "sum "
digits:
    .asciz "00000000 read\r\n"
bad:
    .asciz "read error\r\n"
    .org 507
tracks:
    .byte 80
heads:
    .byte 2
sectors:
    .byte 18
    .word 0xaa55
