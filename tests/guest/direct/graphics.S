/*
 * A Multiboot kernel that asks for a graphics mode of WIDTH x HEIGHT x DEPTH, looks at what it got, and
 * paints four quarters: red, green, blue, white. A check that fails leaves through the exit port
 * with its number; else the picture stays.
 */
    .set MAGIC, 0x1badb002
    .set FLAGS, 0x6
    .set EXIT_PORT, 0xf4

    .macro CHECK number, condition
    movl $\number, %ebp
    j\condition failed
    .endm

    .text
    .globl begin
begin:
    jmp start
    .balign 4
header:
    .long MAGIC, FLAGS, -(MAGIC + FLAGS)
    .long 0, 0, 0, 0, 0
    .long 0, WIDTH, HEIGHT, DEPTH

start:
    movl $stack_end, %esp
    testl $0x1000, (%ebx) /* a framebuffer */
    CHECK 1, z
    testl $0x800, (%ebx) /* VBE */
    CHECK 2, z
    cmpb $1, 109(%ebx) /* of colours */
    CHECK 3, ne
    cmpl $WIDTH, 100(%ebx)
    CHECK 4, ne
    cmpl $HEIGHT, 104(%ebx)
    CHECK 5, ne
    cmpb $DEPTH, 108(%ebx)
    CHECK 6, ne
    cmpl $WIDTH * DEPTH / 8, 96(%ebx)
    CHECK 7, b
    movl 76(%ebx), %esi /* VBE's own block says the same */
    movl 40(%esi), %eax
    cmpl %eax, 88(%ebx)
    CHECK 8, ne
    cmpw $WIDTH, 18(%esi)
    CHECK 9, ne
    movl 72(%ebx), %esi
    cmpl $0x41534556, (%esi) /* "VESA" */
    CHECK 10, ne

    xorl %edx, %edx /* line */
    movl 88(%ebx), %edi
next_line:
    pushl %edi
    xorl %ecx, %ecx /* column */
next_pixel:
    xorl %esi, %esi /* the quarter: bit 0 right, bit 1 below */
    cmpl $WIDTH / 2, %ecx
    jb 1f
    incl %esi
1:  cmpl $HEIGHT / 2, %edx
    jb 2f
    addl $2, %esi
2:  call colour
    movl %eax, (%edi) /* what is too much the next pixel covers */
    addl $DEPTH / 8, %edi
    incl %ecx
    cmpl $WIDTH, %ecx
    jb next_pixel
    popl %edi
    addl 96(%ebx), %edi
    incl %edx
    cmpl $HEIGHT, %edx
    jb next_line
    movl $0x900d, done
1:  hlt
    jmp 1b

failed:
    movl %ebp, %eax
    outb %al, $EXIT_PORT
    hlt

/* EAX = the colour of quarter ESI: full red, green, blue, or all three. */
colour:
    pushl %ecx
    xorl %eax, %eax
    cmpl $3, %esi
    je 1f
    call add_component
    jmp 2f
1:  xorl %esi, %esi
    call add_component
    incl %esi
    call add_component
    incl %esi
    call add_component
    incl %esi
2:  popl %ecx
    ret

/* All bits of the component ESI, where the information has its position and size. */
add_component:
    movb 113(%ebx, %esi, 2), %cl /* as in multiboot.h, whose union is aligned */
    pushl %edx
    movl $1, %edx
    shll %cl, %edx
    decl %edx
    movb 112(%ebx, %esi, 2), %cl
    shll %cl, %edx
    orl %edx, %eax
    popl %edx
    ret

    .bss
    .globl done
done:
    .skip 4096
stack_end:
