/*
 * A kernel as Linux had it when its boot protocol was young: boot sector with header, setup code, and
 * behind them what would be the kernel. The setup code looks at what the loader has left and leaves
 * through the exit port: 0 when all is as the protocol says, else the number of the first check that
 * failed. VERSION: the protocol; HIGH: 1 for a bzImage; SECTORS: of setup code, where 0 stands for 4.
 * Started with the command line "zero one two" and an initial RAM disk that holds "module text".
 *
 * Reference: the Linux/x86 boot protocol, 2.00 to 2.03.
 */
    .set EXIT_PORT, 0xf4
    .set MARK, 0x5ec0de86
    .set RAMDISK_LAST, 0x3fffff /* of 2.03: not the RAM's end */
#if HIGH
    .set KERNEL_AT, 0x100000
    .set KERNEL_START, 0x100000
#else
    .set KERNEL_AT, 0x10000
    .set KERNEL_START, 0x1000
#endif
#if SECTORS
    .set SETUP_SIZE, 0x200 * (SECTORS + 1)
#else
    .set SETUP_SIZE, 0x200 * 5
#endif

    .macro CHECK number, condition
    movw $\number, %bp
    j\condition failed
    .endm

    .code16
    .text
    .globl _start
_start:
    .org 0x1f1
    .byte SECTORS
    .word 0
    .long (kernel_end - kernel) / 16
    .word 0, 0xffff, 0, 0xaa55
    .org 0x200
    jmp begin
    .ascii "HdrS"
    .word VERSION
    .long 0
    .word 0, 0
loader_type:
    .byte 0
load_flags:
    .byte HIGH
    .word 0x8000
    .long KERNEL_START
ramdisk_image:
    .long 0
ramdisk_size:
    .long 0, 0
heap_end:
    .word 0, 0
command_line:
    .long 0, RAMDISK_LAST

begin:
    movw %cs, %ax
    movw %ds, %bx
    addw $0x20, %bx
    cmpw %bx, %ax
    CHECK 1, ne
    movw %ds, %ax
    movw %es, %bx
    movw %ss, %cx
    cmpw %ax, %bx
    CHECK 2, ne
    cmpw %ax, %cx
    CHECK 3, ne
    cmpw $setup_end, %sp
    CHECK 4, b
#if !HIGH || VERSION < 0x202
    cmpw $0x9000, %ax
    CHECK 5, ne
#endif
    cmpb $0, loader_type
    CHECK 6, e
#if VERSION >= 0x201
    testb $0x80, load_flags
    CHECK 7, z
    cmpw $setup_end - 0x200, heap_end
    CHECK 8, be
#endif
    /* The command line. */
#if VERSION >= 0x202
    movl command_line, %eax
    movw %ax, %si
    andw $15, %si
    shrl $4, %eax
    movw %ax, %fs
#else
    cmpw $0xa33f, 0x20
    CHECK 9, ne
    movw 0x22, %si
    movw %ds, %ax
    movw %ax, %fs
#endif
    movw $words, %di
1:  movb %fs:(%si), %al
    cmpb (%di), %al
    CHECK 10, ne
    incw %si
    incw %di
    testb %al, %al
    jnz 1b
    /* The kernel at its place. */
    movl $KERNEL_AT, %eax
    call fetch
    cmpl $MARK, buffer
    CHECK 11, ne
    movl $KERNEL_AT + kernel_end - kernel - 4, %eax
    call fetch
    cmpl $~MARK, buffer
    CHECK 12, ne
    /* The initial RAM disk, as high as may be. */
    cmpl $11, ramdisk_size
    CHECK 13, ne
    movl ramdisk_image, %eax
    testw $0xfff, %ax
    CHECK 14, nz
#if VERSION >= 0x203
    cmpl $RAMDISK_LAST + 1 - 0x1000, %eax
#else
    cmpl $0x7ff000, %eax /* -m 8 */
#endif
    CHECK 15, ne
    call fetch
    movw $buffer, %si
    movw $text, %di
    movw $11, %cx
    cld
    repe cmpsb
    CHECK 16, ne
    xorw %bp, %bp
failed:
    movw %bp, %ax
    outb %al, $EXIT_PORT
1:  hlt
    jmp 1b

/* Copies the 16 bytes at the physical address EAX to `buffer`, as INT 15h AH=87h does. */
fetch:
    movw %ax, from + 2
    shrl $16, %eax
    movb %al, from + 4
    movb %ah, from + 7
    xorl %eax, %eax
    movw %ds, %ax
    shll $4, %eax
    addl $buffer, %eax
    movw %ax, to + 2
    shrl $16, %eax
    movb %al, to + 4
    movw $table, %si
    movw $8, %cx
    movb $0x87, %ah
    int $0x15
    ret

    .balign 4
table:
    .skip 16
from:
    .word 0xffff, 0
    .byte 0, 0x93
    .word 0
to:
    .word 0xffff, 0
    .byte 0, 0x93
    .word 0
    .skip 16
buffer:
    .skip 16
words:
    .asciz "zero one two"
text:
    .ascii "module text"
setup_end:

    .org SETUP_SIZE
kernel:
    .long MARK
    .org . + 70000 - 8
    .long ~MARK
kernel_end:
