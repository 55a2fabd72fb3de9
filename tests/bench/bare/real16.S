/* 16-bit code as compilers for the 8086 made it: a sieve, a checksum with a call for each byte, an
   insertion sort. Runs in real mode with data and stack in segment 5000h; the result is in AX. */
#define FLAGS 0      /* 8192 bytes */
#define NUMBERS 8192 /* 256 words */
#define ROUNDS 12

    .code16
    .section .real, "ax"
    .globl work16
work16:
    pushw %bp
    movw %sp, %bp
    subw $4, %sp
    movw $0, -2(%bp) /* checksum */
    movw $ROUNDS, -4(%bp)
1:  call sieve16
    addw %ax, -2(%bp)
    pushw -2(%bp)
    call checksum16
    addw $2, %sp
    movw %ax, -2(%bp)
    pushw %ax
    call sort16
    addw $2, %sp
    xorw %ax, -2(%bp)
    decw -4(%bp)
    jnz 1b
    movw -2(%bp), %ax
    movw %bp, %sp
    popw %bp
    ret

/* ax = primes below 8192 */
sieve16:
    movw $FLAGS, %bx
    movw $8192, %cx
1:  movb $1, (%bx)
    incw %bx
    loop 1b
    xorw %ax, %ax
    movw $2, %si
2:  cmpb $0, FLAGS(%si)
    je 4f
    incw %ax
    movw %si, %di
    addw %si, %di
3:  cmpw $8192, %di
    jae 4f
    movb $0, FLAGS(%di)
    addw %si, %di
    jmp 3b
4:  incw %si
    cmpw $8192, %si
    jb 2b
    ret

/* ax = checksum16(seed): CRC-16 of the first 1024 flags */
checksum16:
    pushw %bp
    movw %sp, %bp
    movw 4(%bp), %ax
    movw $FLAGS, %si
    movw $1024, %di
1:  movb (%si), %cl
    incw %si
    call step16
    decw %di
    jnz 1b
    popw %bp
    ret
step16:
    pushw %di
    xorb %cl, %al
    movw $8, %cx
1:  shrw $1, %ax
    jnc 2f
    xorw $0xa001, %ax
2:  loop 1b
    popw %di
    ret

/* ax = sort16(seed): the median of 256 numbers made from the seed, by insertion */
sort16:
    pushw %bp
    movw %sp, %bp
    movw 4(%bp), %ax
    xorw %si, %si
1:  movw $25173, %dx
    mulw %dx
    addw $13849, %ax
    movw %ax, NUMBERS(%si)
    movw %si, %di
2:  orw %di, %di
    jz 3f
    movw NUMBERS - 2(%di), %cx
    cmpw NUMBERS(%di), %cx
    jbe 3f
    xchgw NUMBERS(%di), %cx
    movw %cx, NUMBERS - 2(%di)
    decw %di
    decw %di
    jmp 2b
3:  incw %si
    incw %si
    cmpw $512, %si
    jb 1b
    movw NUMBERS + 256, %ax
    popw %bp
    ret
