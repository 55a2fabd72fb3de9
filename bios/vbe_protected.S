/*
 * VBE's protected mode interface (3.0, function 0Ah): code of 32 bits that a program copies to where
 * it likes and calls near. It reaches nothing but ports, so it needs no place and no selector; ES is
 * the caller's. The table begins with the offsets of functions 05h, 07h, 09h and of the list of ports.
 */
    .set INDEX, 0x1ce /* Bochs's display interface; the data lie one higher */
    .set BPP, 3
    .set BANK, 5
    .set VIRTUAL_WIDTH, 6
    .set X_OFFSET, 8
    .set Y_OFFSET, 9
    .set DAC_WRITE_INDEX, 0x3c8
    .set STATUS1, 0x3da
    .set RETRACE, 8

    .section .rom, "a"
    .globl vbe_protected, vbe_protected_end
vbe_protected:
    .word set_window - vbe_protected
    .word set_start - vbe_protected
    .word set_palette - vbe_protected
    .word ports - vbe_protected
ports:
    .word INDEX, INDEX + 1, 0x3c8, 0x3c9, 0x3da, 0xffff
    .word 0xffff /* no memory */

    .code32
/* AX from register CL of the display interface. */
dispi_read:
    pushl %edx
    movl $INDEX, %edx
    movzbl %cl, %eax
    outw %ax, %dx
    incl %edx
    inw %dx, %ax
    popl %edx
    ret

/* AX to register CL. */
dispi_write:
    pushl %edx
    pushl %eax
    movl $INDEX, %edx
    movzbl %cl, %eax
    outw %ax, %dx
    incl %edx
    popl %eax
    outw %ax, %dx
    popl %edx
    ret

/* BX = 0: the window at 64 KB unit DX; BH = 1: DX tells it. */
set_window:
    testb %bl, %bl
    jnz failed
    pushl %ecx
    movb $BANK, %cl
    testb %bh, %bh
    jnz 1f
    movl %edx, %eax
    call dispi_write
    jmp 2f
1:  call dispi_read
    movl %eax, %edx
2:  popl %ecx
succeeded:
    movw $0x004f, %ax
    ret
failed:
    movw $0x014f, %ax
    ret

/* The next beginning of a vertical retrace, if BL bit 7 asks for it. */
wait_retrace:
    testb $0x80, %bl
    jz 3f
    pushl %eax
    pushl %edx
    movl $STATUS1, %edx
1:  inb %dx, %al
    testb $RETRACE, %al
    jnz 1b
2:  inb %dx, %al
    testb $RETRACE, %al
    jz 2b
    popl %edx
    popl %eax
3:  ret

/* BL = 0 or 80h; DX:CX the picture's first byte divided by 4 (in planes: of one plane). */
set_start:
    testb $0x7f, %bl
    jnz failed
    pushal
    movzwl %cx, %esi
    shll $16, %edx
    orl %edx, %esi
    shll $2, %esi
    movb $VIRTUAL_WIDTH, %cl
    call dispi_read
    movzwl %ax, %ebp
    movb $BPP, %cl
    call dispi_read
    movzwl %ax, %edi
    addl $7, %edi
    shrl $3, %edi /* bytes a pixel */
    cmpw $4, %ax
    je 1f
    imull %edi, %ebp /* bytes a line */
    movl %esi, %eax
    xorl %edx, %edx
    divl %ebp
    pushl %eax
    movl %edx, %eax
    xorl %edx, %edx
    divl %edi
    jmp 2f
1:  shrl $3, %ebp
    movl %esi, %eax
    xorl %edx, %edx
    divl %ebp
    pushl %eax
    leal (,%edx,8), %eax
2:  call wait_retrace
    movb $X_OFFSET, %cl
    call dispi_write
    popl %eax
    movb $Y_OFFSET, %cl
    call dispi_write
    popal
    jmp succeeded

/* BL = 0 or 80h; CX colors from DX on at ES:EDI, four bytes each: blue, green, red, nothing. */
set_palette:
    testb $0x7f, %bl
    jnz failed
    call wait_retrace
    pushal
    movzwl %cx, %ecx
    jecxz 2f
    movb %dl, %al
    movl $DAC_WRITE_INDEX, %edx
    outb %al, %dx
    incl %edx
1:  movb %es:2(%edi), %al
    outb %al, %dx
    movb %es:1(%edi), %al
    outb %al, %dx
    movb %es:(%edi), %al
    outb %al, %dx
    addl $4, %edi
    decl %ecx
    jnz 1b
2:  popal
    jmp succeeded
vbe_protected_end:
