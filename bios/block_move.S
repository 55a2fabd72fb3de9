/*
 * void block_move_core(const struct gdtr *gdtr, u32 words): copies from descriptor 10h to 18h in
 * protected mode. The caller filled 20h with this ROM's code and 28h with a 64 KB data segment.
 */
    .code16
    .section .text
    .globl block_move_core
block_move_core:
    pushal
    pushw %ds
    pushw %es
    movl %edx, %ecx
    lgdtl (%eax)
    movl %cr0, %eax
    orb $1, %al
    movl %eax, %cr0
    ljmpw $0x20, $1f
1:  movw $0x10, %dx
    movw %dx, %ds
    movw $0x18, %dx
    movw %dx, %es
    xorw %si, %si
    xorw %di, %di
    rep movsw
    movw $0x28, %dx /* real mode keeps the limit: leave with 64 KB */
    movw %dx, %ds
    movw %dx, %es
    andb $0xfe, %al
    movl %eax, %cr0
    ljmpw $0xf000, $2f
2:  popw %es
    popw %ds
    popal
    retl
