/*
 * The option ROM of -kernel: takes INT 19h and starts a kernel that the machine puts into memory
 * (emu/machine/direct_boot.c). It is mapped at DF000h and needs nothing but services that every PC
 * BIOS has.
 */
    .code16

    .set ROM_AT, 0xdf000
    .set ROM_BLOCKS, 4096 / 512

    .set PORT_SELECT, 0x503
    .set PORT_DATA, 0x504
    .set WORD_VIDEO, 1
    .set WORD_ENTRY, 4
    .set PLACE, 0x80
    .set KERNEL_LINUX, 1

/* Answers of the firmware, as emu/machine/direct_boot.c reads them. */
    .set MAP_COUNT, 0x1000
    .set VBE_MODE, 0x1002
    .set LOW_KB, 0x1004
    .set DISK_COUNT, 0x1006
    .set MAP, 0x1020
    .set MAP_ENTRY, 20
    .set MAP_MOST, 64
    .set VBE_CONTROLLER, 0x1600
    .set VBE_MODE_BLOCK, 0x1800
    .set NO_MODE, 0xffff

    .set STACK, 0x7000
    .set BDA_DISKS, 0x475
    .set MULTIBOOT_MAGIC, 0x2badb002

    .globl rom
rom:
    .byte 0x55, 0xaa, ROM_BLOCKS
/* Called by POST: hooks INT 19h. */
    pushw %ds
    pushw $0
    popw %ds
    movw $boot, 0x19 * 4
    movw %cs, 0x19 * 4 + 2
    popw %ds
    lretw

/* INT 19h: does not come back. */
boot:
    cli
    cld
    xorw %ax, %ax
    movw %ax, %ds
    movw %ax, %es
    movw %ax, %ss
    movl $STACK, %esp
    sti
    movw $NO_MODE, VBE_MODE
    movb BDA_DISKS, %al
    movb %al, DISK_COUNT
    int $0x12
    movw %ax, LOW_KB
    call read_map
    call choose_mode
    call open_a20
    movb $PLACE, %al
    movw $PORT_SELECT, %dx
    outb %al, %dx
    movb $0, %al
    call get_word
    cmpb $KERNEL_LINUX, %al
    je enter_real
    jmp enter_protected

/* EAX = word AL of the plan; clobbers DX. */
get_word:
    movw $PORT_SELECT, %dx
    outb %al, %dx
    movw $PORT_DATA, %dx
    inl %dx, %eax
    ret

/* INT 15h E820h, until it has no more. */
read_map:
    movw $0, MAP_COUNT
    movw $MAP, %di
    xorl %ebx, %ebx
1:  movl $0xe820, %eax
    movl $0x534d4150, %edx
    movl $MAP_ENTRY, %ecx
    int $0x15
    jc 2f
    cmpl $0x534d4150, %eax
    jne 2f
    addw $MAP_ENTRY, %di
    incw MAP_COUNT
    cmpw $MAP_MOST, MAP_COUNT
    je 2f
    testl %ebx, %ebx
    jnz 1b
2:  ret

/* The first VBE mode with a linear framebuffer of the size that the kernel asks for, if it asks. */
choose_mode:
    movb $WORD_VIDEO, %al
    call get_word
    testl %eax, %eax
    jz 3f
    movl %eax, %esi /* width */
    inl %dx, %eax
    movl %eax, %edi /* height */
    inl %dx, %eax
    movl %eax, %ebp /* depth */
    pushw %di
    movw $VBE_CONTROLLER, %di
    movl $0x32454256, (%di) /* "VBE2": answers in the long form */
    movw $0x4f00, %ax
    int $0x10
    popw %di
    cmpw $0x004f, %ax
    jne 3f
    lfsw VBE_CONTROLLER + 14, %bx
1:  movw %fs:(%bx), %cx
    addw $2, %bx
    cmpw $NO_MODE, %cx
    je 3f
    pushw %di
    movw $VBE_MODE_BLOCK, %di
    movw $0x4f01, %ax
    int $0x10
    popw %di
    cmpw $0x004f, %ax
    jne 1b
    movw VBE_MODE_BLOCK, %ax /* attributes: bit 0 there, bit 7 linear */
    andw $0x81, %ax
    cmpw $0x81, %ax
    jne 1b
    cmpw %si, VBE_MODE_BLOCK + 0x12
    jne 1b
    cmpw %di, VBE_MODE_BLOCK + 0x14
    jne 1b
    movw %bp, %ax
    cmpb %al, VBE_MODE_BLOCK + 0x19
    jne 1b
    movw %cx, %bx
    orw $0x4000, %bx /* linear */
    movw $0x4f02, %ax
    int $0x10
    cmpw $0x004f, %ax
    jne 3f
    movw %cx, VBE_MODE
3:  ret

open_a20:
    movw $0x2401, %ax
    int $0x15
    inb $0x92, %al
    orb $2, %al
    andb $0xfe, %al
    outb %al, $0x92
    ret

/* Linux: the setup code at its segment + 20h, all segment registers at its boot sector. */
enter_real:
    cli
    movb $WORD_ENTRY, %al
    call get_word
    movl %eax, %ebx
    inl %dx, %eax
    movw %bx, %ds
    movw %bx, %es
    movw %bx, %fs
    movw %bx, %gs
    movw %bx, %ss
    movl %eax, %esp
    addw $0x20, %bx
    pushw %bx
    pushw $0
    lretw

/* Multiboot 3.2: flat 4 GB segments, paging and interrupts off, A20 open. */
enter_protected:
    cli
    movb $WORD_ENTRY, %al
    call get_word
    movl %eax, %edi
    inl %dx, %eax
    movl %eax, %ebx
    lgdtl %cs:gdt_pointer
    movl %cr0, %eax
    orb $1, %al
    movl %eax, %cr0
    ljmpl $8, $(ROM_AT + protected)
    .code32
protected:
    movw $16, %ax
    movw %ax, %ds
    movw %ax, %es
    movw %ax, %fs
    movw %ax, %gs
    movw %ax, %ss
    movl $MULTIBOOT_MAGIC, %eax
    jmp *%edi

/* The accessed bits are set: the processor could not set them in a ROM. */
    .balign 8
gdt:
    .quad 0
    .quad 0x00cf9b000000ffff
    .quad 0x00cf93000000ffff
gdt_pointer:
    .word . - gdt - 1
    .long ROM_AT + gdt
