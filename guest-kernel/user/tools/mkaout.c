/* mkaout program.elf program: an ELF file linked by user.ld becomes a ZMAGIC a.out file.

   A block of 1024 bytes begins with the header of 8 words (a.out.h), then text from the entry on
   padded to whole pages, then data padded to whole pages. The header gives the data its true size:
   bss and the heap follow it without a gap. No symbols. The same input gives the same bits. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ZMAGIC 0413u
#define HEADER_SIZE 1024u
#define PAGE 4096u
#define MAX_INPUT (8u << 20)
#define MAX_PROGRAM (48u << 20) /* the kernel's limit of text + data + bss */

struct part {
    uint32_t offset, address, file_size, memory_size;
};

struct program {
    struct part text, data;
    uint32_t entry;
};

static unsigned char input[MAX_INPUT];
static size_t input_size;

static uint32_t get16(size_t at)
{
    return input[at] | (uint32_t) input[at + 1] << 8;
}

static uint32_t get32(size_t at)
{
    return get16(at) | get16(at + 2) << 16;
}

static uint32_t page_up(uint32_t size)
{
    return (size + PAGE - 1) / PAGE * PAGE;
}

static const char *read_input(const char *path)
{
    FILE *file = fopen(path, "rb");

    if (!file)
        return "cannot be opened";
    input_size = fread(input, 1, sizeof input, file);
    fclose(file);
    if (input_size == sizeof input)
        return "is too large";
    if (input_size < 52 || memcmp(input, "\177ELF\1\1", 6) != 0)
        return "is not a 32-bit little-endian ELF file";
    return NULL;
}

static const char *read_part(size_t at, struct part *part)
{
    part->offset = get32(at + 4);
    part->address = get32(at + 8);
    part->file_size = get32(at + 16);
    part->memory_size = get32(at + 20);
    if (part->offset > input_size || part->file_size > input_size - part->offset ||
        part->memory_size < part->file_size || part->memory_size > MAX_PROGRAM)
        return "has a bad program header";
    return NULL;
}

/* The two loadable parts: text at 0, data at the page behind it (absent when there is none). */
static const char *read_program(struct program *program)
{
    uint32_t table = get32(28), row_size = get16(42), rows = get16(44);
    struct part *parts[2] = {&program->text, &program->data};
    int found = 0;

    program->entry = get32(24);
    if (row_size < 32 || table > input_size || rows * row_size > input_size - table)
        return "has no program headers";
    for (uint32_t i = 0; i < rows; i++) {
        size_t at = table + i * row_size;
        const char *reason;

        if (get32(at) != 1 || get32(at + 20) == 0) /* PT_LOAD with something in it */
            continue;
        if (found == 2)
            return "has more than two loadable parts";
        reason = read_part(at, parts[found++]);
        if (reason)
            return reason;
    }
    if (!found || program->text.address % PAGE != 0 || program->entry != program->text.address)
        return "does not begin with its first page";
    if (program->text.memory_size != program->text.file_size)
        return "has text that is not in the file";
    if (found == 2 && program->data.address != program->text.address + page_up(program->text.file_size))
        return "has data that do not follow the text";
    return NULL;
}

static void put32(unsigned char *to, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        to[i] = (unsigned char) (value >> 8 * i);
}

static int write_padded(FILE *file, const struct part *part)
{
    static const unsigned char zeros[PAGE];
    size_t padding = page_up(part->file_size) - part->file_size;

    return fwrite(input + part->offset, 1, part->file_size, file) == part->file_size &&
           fwrite(zeros, 1, padding, file) == padding;
}

static const char *write_program(const char *path, const struct program *program)
{
    unsigned char header[HEADER_SIZE] = {0};
    FILE *file = fopen(path, "wb");
    int complete;

    if (!file)
        return "cannot be written";
    put32(header, ZMAGIC);
    put32(header + 4, page_up(program->text.file_size));
    put32(header + 8, program->data.file_size);
    put32(header + 12, program->data.memory_size - program->data.file_size);
    put32(header + 20, program->entry);
    complete = fwrite(header, 1, sizeof header, file) == sizeof header &&
               write_padded(file, &program->text) && write_padded(file, &program->data);
    if (fclose(file) != 0 || !complete)
        return "cannot be written";
    return NULL;
}

int main(int argc, char **argv)
{
    struct program program = {0};
    const char *reason, *subject;

    if (argc != 3) {
        fprintf(stderr, "usage: mkaout program.elf program\n");
        return 2;
    }
    subject = argv[1];
    reason = read_input(subject);
    if (!reason)
        reason = read_program(&program);
    if (!reason) {
        subject = argv[2];
        reason = write_program(subject, &program);
    }
    if (!reason)
        return 0;
    fprintf(stderr, "mkaout: %s: %s\n", subject, reason);
    return 1;
}
