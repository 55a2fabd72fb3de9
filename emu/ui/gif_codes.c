/* Reference: CompuServe, Graphics Interchange Format 89a, appendix F: Variable-Length-Code LZW
   Compression. */
#include "ui/gif_codes.h"

#include <stdlib.h>
#include <string.h>

#define CODES 4096u /* of at most twelve bits */

struct code_writer {
    FILE *file;
    unsigned first_bits, bits; /* of the numbers, of a code now */
    u32 next;                  /* the code that the next new string gets */
    u32 held, held_bits;       /* bits that do not fill a byte yet */
    u8 block[256];             /* its length, then the bytes */
    u16 longer[CODES][256];    /* the code of a string and one number more; 0 = none yet */
};

static void put_byte(struct code_writer *writer, u8 byte)
{
    writer->block[++writer->block[0]] = byte;
    if (writer->block[0] < 255)
        return;
    fwrite(writer->block, 1, 256, writer->file);
    writer->block[0] = 0;
}

static void put_code(struct code_writer *writer, u32 code)
{
    writer->held |= code << writer->held_bits;
    writer->held_bits += writer->bits;
    for (; writer->held_bits >= 8; writer->held_bits -= 8, writer->held >>= 8)
        put_byte(writer, (u8)writer->held);
}

static u32 clear_code(const struct code_writer *writer)
{
    return 1u << writer->first_bits;
}

/* Strings of one number have that number's code; then come "clear" and "end". */
static void put_clear(struct code_writer *writer)
{
    put_code(writer, clear_code(writer));
    writer->bits = writer->first_bits + 1;
    writer->next = clear_code(writer) + 2;
}

/* A new string, and longer codes once the code that was just given needs them. */
static void remember(struct code_writer *writer, u32 string, u8 number)
{
    if (writer->next == CODES) {
        put_clear(writer);
        memset(writer->longer, 0, sizeof writer->longer);
        return;
    }
    if (writer->next == 1u << writer->bits)
        writer->bits++;
    writer->longer[string][number] = (u16)writer->next++;
}

bool gif_put_codes(FILE *file, const u8 *numbers, size_t count, unsigned bits)
{
    struct code_writer *writer = calloc(1, sizeof *writer);
    if (!writer || count == 0) {
        free(writer);
        return false;
    }
    writer->file = file;
    writer->first_bits = bits;
    writer->bits = bits + 1;
    fputc((int)bits, file);
    put_clear(writer);
    u32 string = numbers[0];
    for (size_t i = 1; i < count; i++) {
        u32 longer = writer->longer[string][numbers[i]];
        if (!longer) {
            put_code(writer, string);
            remember(writer, string, numbers[i]);
        }
        string = longer ? longer : numbers[i];
    }
    put_code(writer, string);
    if (writer->next == 1u << writer->bits && writer->bits < 12)
        writer->bits++; /* a reader has made one more string by now */
    put_code(writer, clear_code(writer) + 1);
    if (writer->held_bits)
        put_byte(writer, (u8)writer->held);
    fwrite(writer->block, 1, writer->block[0] + 1u, file);
    if (writer->block[0])
        fputc(0, file);
    free(writer);
    return true;
}
