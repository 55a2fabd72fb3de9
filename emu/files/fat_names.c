/* Names in FAT folders: 8 + 3 letters of code page 437's ASCII half, and long names in the entries
   before (read and removed here, never made). Letters outside ASCII are shown as '?'. */

#include "base/bits.h"
#include "files/fat.h"

#include <ctype.h>
#include <string.h>

enum long_entry { SEQUENCE = 0, CHECKSUM = 13, LAST = 0x40, LETTERS = 13 };

static u8 checksum(const u8 *short_name)
{
    u8 sum = 0;
    for (unsigned i = 0; i < 11; i++)
        sum = (u8)((sum >> 1 | sum << 7) + short_name[i]);
    return sum;
}

static void put_short(const u8 *entry, char *name)
{
    size_t length = 0;
    for (unsigned i = 0; i < 11; i++) {
        u8 letter = entry[i];
        if (letter == ' ')
            continue;
        if (i == 0 && letter == 5)
            letter = 0xe5; /* 05h stands for it, since E5h is "free" */
        if (i >= 8 && !memchr(name, '.', length))
            name[length++] = '.';
        name[length++] = letter < 0x20 || letter > 0x7e || letter == '/' ? '?' : (char)letter;
    }
    name[length] = 0;
}

static void put_long(const u8 *entry, char *name)
{
    static const u8 at[LETTERS] = {1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30};
    unsigned number = (entry[SEQUENCE] & 0x1fu) - 1;
    for (unsigned i = 0; i < LETTERS; i++) {
        u16 letter = load_le16(entry + at[i]);
        size_t place = (size_t)number * LETTERS + i;
        if (letter == 0xffff || place >= FAT_NAME_MAX - 1)
            continue;
        bool plain = letter >= 0x20 && letter < 0x7f && letter != '/';
        name[place] = letter == 0 ? 0 : plain ? (char)letter : '?';
    }
}

static bool is_long(const u8 *entry)
{
    return (entry[FAT_ATTRIBUTES] & 0x3f) == FAT_LONG;
}

bool fat_next_file(const struct fat *fs, u32 folder, u32 *index, struct fat_file *file)
{
    char long_name[FAT_NAME_MAX] = "";
    u8 sum = 0;
    unsigned due = 0; /* number of the next long entry; 0: none is expected */
    bool complete = false;
    u8 *entry;
    file->first_index = *index;
    for (; (entry = fat_entry_at(fs, folder, *index)) && entry[0]; (*index)++) {
        unsigned number = entry[SEQUENCE] & 0x1fu;
        if (entry[0] != FAT_FREE && is_long(entry) && number) {
            bool first = entry[SEQUENCE] & LAST;
            if (first) {
                memset(long_name, 0, sizeof long_name);
                file->first_index = *index;
                sum = entry[CHECKSUM];
            }
            complete = (first || number == due) && entry[CHECKSUM] == sum && number == 1;
            due = (first || number == due) ? number - 1 : 0;
            put_long(entry, long_name);
            continue;
        }
        if (entry[0] != FAT_FREE && !(entry[FAT_ATTRIBUTES] & FAT_VOLUME)) {
            bool named = complete && checksum(entry) == sum && long_name[0];
            if (named)
                memcpy(file->name, long_name, sizeof file->name);
            else
                put_short(entry, file->name);
            file->first_index = named ? file->first_index : *index;
            file->entry = entry;
            file->index = (*index)++;
            return true;
        }
        complete = false;
        due = 0;
    }
    return false;
}

static bool may_be_in_name(char letter)
{
    return (unsigned char)letter > 0x20 && (unsigned char)letter < 0x7f &&
           !strchr("\"*+,./:;<=>?[\\]|", letter);
}

bool fat_short_name(const char *name, size_t length, u8 *to)
{
    const char *dot = memchr(name, '.', length);
    size_t base = dot ? (size_t)(dot - name) : length;
    size_t extension = dot ? length - base - 1 : 0;
    memset(to, ' ', 11);
    if (!base || base > 8 || extension > 3 || (dot && !extension))
        return false;
    for (size_t i = 0; i < length; i++) {
        if (name + i == dot)
            continue;
        if (!may_be_in_name(name[i]))
            return false;
        to[i < base ? i : 8 + i - base - 1] = (u8)toupper((unsigned char)name[i]);
    }
    return true;
}

static bool same_letters(const char *a, const char *b, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (tolower((unsigned char)a[i]) != tolower((unsigned char)b[i]))
            return false;
    return a[length] == 0;
}

bool fat_names_equal(const struct fat_file *file, const char *name, size_t length)
{
    u8 short_name[11];
    if (strlen(file->name) == length && same_letters(file->name, name, length))
        return true;
    return fat_short_name(name, length, short_name) && memcmp(file->entry, short_name, 11) == 0;
}
