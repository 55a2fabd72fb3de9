#include "vectors/vector.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const vector_register_names[VECTOR_REGISTERS] = {
    "ax", "bx", "cx", "dx", "cs", "ss", "ds", "es", "sp", "bp", "si", "di", "ip", "flags"};

/* Copies up to the next '|' and steps over it; null: there is none, or no room. */
static const char *take_field(const char *at, char *to, size_t room)
{
    const char *end = strchr(at, '|');
    if (!end || (size_t)(end - at) >= room)
        return NULL;
    memcpy(to, at, (size_t)(end - at));
    to[end - at] = '\0';
    return end + 1;
}

static bool parse_code(struct vector *vector, const char *text)
{
    unsigned byte;
    for (vector->code_length = 0; sscanf(text, "%2x", &byte) == 1; text += 2) {
        if (vector->code_length == VECTOR_MAX_CODE)
            return false;
        vector->code[vector->code_length++] = (u8)byte;
    }
    return vector->code_length > 0;
}

static int register_number(const char *name)
{
    for (int i = 0; i < VECTOR_REGISTERS; i++)
        if (strcmp(name, vector_register_names[i]) == 0)
            return i;
    return -1;
}

static bool parse_registers(u16 *registers, const char *text)
{
    char name[8];
    unsigned value;
    int length;
    for (; sscanf(text, " %7[a-z]=%x%n", name, &value, &length) == 2; text += length) {
        int number = register_number(name);
        if (number < 0)
            return false;
        registers[number] = (u16)value;
    }
    return true;
}

static bool parse_ram(struct vector *vector, const char *text)
{
    char *end;
    for (; *text; text = end) {
        if (vector->ram_count == VECTOR_MAX_BYTES)
            return false;
        u32 physical = (u32)strtoul(text, &end, 16);
        if (*end != ':')
            return false;
        u8 value = (u8)strtoul(end + 1, &end, 16);
        vector->ram[vector->ram_count++] = (struct vector_byte){physical, value};
        while (*end == ' ')
            end++;
    }
    return true;
}

bool vector_parse(struct vector *vector, const char *line)
{
    char code[64], registers[512], changes[512], ram[32768];
    vector->ram_count = 0;
    if (!(line = take_field(line, vector->name, sizeof vector->name)) ||
        !(line = take_field(line, code, sizeof code)) || !parse_code(vector, code) ||
        !(line = take_field(line, registers, sizeof registers)) ||
        !parse_registers(vector->before, registers) ||
        !(line = take_field(line, ram, sizeof ram)) || !parse_ram(vector, ram))
        return false;
    vector->before_count = vector->ram_count;
    memcpy(vector->after, vector->before, sizeof vector->after);
    if (!(line = take_field(line, changes, sizeof changes)) ||
        !parse_registers(vector->after, changes) || !(line = take_field(line, ram, sizeof ram)) ||
        !parse_ram(vector, ram))
        return false;
    vector->exception = -1;
    return line[0] == '-' || sscanf(line, "%d@", &vector->exception) == 1;
}
