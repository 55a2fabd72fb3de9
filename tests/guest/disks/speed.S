/*
 * A boot sector that reads 256 MB of its hard disk in blocks of 16 sectors (READ MULTIPLE) by
 * rep insw, or writes as much by rep outsw (WRITE MULTIPLE), as the byte before its signature says:
 * C4h or C5h. It leaves by port F4h with 0, or 1 after an error.
 */
    .code16
    .globl _start
_start:
    xorw %ax, %ax
    movw %ax, %ds
    movw %ax, %ss
    movw $0x7c00, %sp
    cld
    movw $0x1000, %ax
    movw %ax, %es
    movw %ax, %fs
    movw $0x3f6, %dx
    movb $2, %al /* no interrupts */
    outb %al, %dx
    movw $0x1f2, %dx
    movb $16, %al
    outb %al, %dx
    movw $0x1f7, %dx
    movb $0xc6, %al /* SET MULTIPLE */
    outb %al, %dx
    call ready
    movb mode, %bh /* C4h, or C5h to write */
    movl $256, %esi /* past this program */
    movw $2048, %bp /* commands of 256 sectors: 256 MB */
command:
    movw $0x1f2, %dx
    xorb %al, %al
    outb %al, %dx
    incw %dx
    movl %esi, %eax
    outb %al, %dx
    incw %dx
    shrl $8, %eax
    outb %al, %dx
    incw %dx
    shrl $8, %eax
    outb %al, %dx
    incw %dx
    movb $0xe0, %al
    outb %al, %dx
    incw %dx
    movb %bh, %al
    outb %al, %dx
    movb $16, %bl /* blocks */
block:
    call ready
    testb $8, %al
    jz failed
    movw $0x1f0, %dx
    movw $4096, %cx
    cmpb $0xc4, %bh
    jne write
    xorw %di, %di
    rep insw
    jmp 1f
write:
    pushw %si
    pushw %ds
    pushw %es
    popw %ds
    xorw %si, %si
    rep outsw
    popw %ds
    popw %si
1:  decb %bl
    jnz block
    call ready
    testb $1, %al
    jnz failed
    addl $256, %esi
    decw %bp
    jnz command
    xorb %al, %al
    outb %al, $0xf4
failed:
    movb $1, %al
    outb %al, $0xf4
    hlt
ready:
    movw $0x1f7, %dx
2:  inb %dx, %al
    testb $0x80, %al
    jnz 2b
    ret
    .org 509
mode:
    .byte 0xc4
    .word 0xaa55
