/* What the compiler may call for structures. */
void *memcpy(void *to, const void *from, unsigned count);
void *memset(void *to, int value, unsigned count);

void *memcpy(void *to, const void *from, unsigned count)
{
    void *start = to;
    __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(count) : : "memory");
    return start;
}

void *memset(void *to, int value, unsigned count)
{
    void *start = to;
    __asm__ volatile("rep stosb" : "+D"(to), "+c"(count) : "a"(value) : "memory");
    return start;
}
