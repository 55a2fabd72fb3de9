/* void flat_write32(u32 physical, u32 value): a store beyond 1 MB, through protected mode. */
    .code16
    .section .rom, "a"
    .balign 8
flat_gdt:
    .quad 0
    .quad 0x00009b0f0000ffff /* 08h: this ROM */
    .quad 0x00cf93000000ffff /* 10h: everything */
    .quad 0x000093000000ffff /* 18h: 64 KB, to leave with */
flat_gdtr:
    .word 4 * 8 - 1
    .long 0xf0000 + flat_gdt

    .section .text
    .globl flat_write32
flat_write32:
    pushfl
    pushal
    pushw %ds
    movl %eax, %ebx
    cli
    lgdtl %cs:flat_gdtr
    movl %cr0, %eax
    orb $1, %al
    movl %eax, %cr0
    ljmpw $0x08, $1f
1:  movw $0x10, %cx
    movw %cx, %ds
    movl %edx, (%ebx)
    movw $0x18, %cx
    movw %cx, %ds
    andb $0xfe, %al
    movl %eax, %cr0
    ljmpw $0xf000, $2f
2:  popw %ds
    popal
    popfl
    retl
