/* Names in FAT folders: 8 + 3 letters of code page 437's ASCII half, and long names of UTF-16 in
   the entries before. Names here are UTF-8; letters of a short name outside ASCII are shown as '?'.

   Reference: Microsoft FAT specification 1.03, "Long Directory Entries" and "The Basis-Name
   Generation Algorithm". The case bits are those of Windows NT. */

#include "base/bits.h"
#include "files/fat.h"

#include <ctype.h>
#include <string.h>

enum long_entry { SEQUENCE = 0, CHECKSUM = 13, LAST = 0x40, LETTERS = 13 };

static const u8 letter_at[LETTERS] = {1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30};

/* ---- UTF-8 and UTF-16 ---- */

/* The code point at *text, which then stands behind it; 0: no UTF-8. */
static u32 read_utf8(const char **text, const char *end)
{
    static const u32 least[] = {0, 0x80, 0x800, 0x10000};
    u8 first = (u8) * (*text)++;
    unsigned more = first < 0x80 ? 0 : first < 0xc0 ? 4 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
    u32 code = more ? first & (0x3fu >> more) : first;
    if (more > 3 || first >= 0xf8)
        return 0;
    for (unsigned i = 0; i < more; i++, (*text)++) {
        if (*text == end || ((u8) * *text & 0xc0) != 0x80)
            return 0;
        code = code << 6 | ((u8) * *text & 0x3fu);
    }
    bool surrogate = code >= 0xd800 && code < 0xe000;
    return code < least[more] || code > 0x10ffff || surrogate ? 0 : code;
}

static size_t put_utf8(char *to, u32 code)
{
    unsigned more = code < 0x80 ? 0 : code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    static const u8 mark[] = {0, 0xc0, 0xe0, 0xf0};
    to[0] = (char)(mark[more] | code >> 6 * more);
    for (unsigned i = 1; i <= more; i++)
        to[i] = (char)(0x80 | (code >> 6 * (more - i) & 0x3f));
    return more + 1;
}

/* Letters up to a zero; what is no letter is shown as '?'. */
static void show_letters(const u16 *letters, unsigned count, char *name)
{
    size_t length = 0;
    for (unsigned i = 0; i < count && letters[i]; i++) {
        u32 code = letters[i];
        bool pair = code >= 0xd800 && code < 0xdc00 && i + 1 < count && letters[i + 1] >= 0xdc00 &&
                    letters[i + 1] < 0xe000;
        if (pair)
            code = 0x10000 + ((code & 0x3ff) << 10) + (letters[++i] & 0x3ffu);
        else if ((code >= 0xd800 && code < 0xe000) || code < 0x20 || code == 0x7f || code == '/')
            code = '?';
        length += put_utf8(name + length, code);
    }
    name[length] = 0;
}

/* ---- reading ---- */

static u8 checksum(const u8 *short_name)
{
    u8 sum = 0;
    for (unsigned i = 0; i < 11; i++)
        sum = (u8)((sum >> 1 | sum << 7) + short_name[i]);
    return sum;
}

static char shown(u8 letter, bool lower)
{
    if (letter < 0x20 || letter > 0x7e || letter == '/')
        return '?';
    return (char)(lower ? tolower(letter) : letter);
}

static void show_short(const u8 *entry, char *name)
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
        name[length++] =
            shown(letter, entry[FAT_CASES] & (i < 8 ? FAT_LOWER_BASE : FAT_LOWER_EXTENSION));
    }
    name[length] = 0;
}

static bool is_long(const u8 *entry)
{
    return (entry[FAT_ATTRIBUTES] & 0x3f) == FAT_LONG;
}

/* A long name on its way: its last piece comes first. */
struct long_name {
    u16 letters[32 * LETTERS];
    unsigned count, due; /* due: number of the next piece; 0: none is expected */
    u8 sum;
    bool complete;
    u32 first_index;
};

static void take_piece(struct long_name *name, const u8 *entry, u32 index)
{
    unsigned number = entry[SEQUENCE] & 0x1fu;
    if (entry[SEQUENCE] & LAST) {
        name->count = number * LETTERS;
        name->due = number;
        name->sum = entry[CHECKSUM];
        name->first_index = index;
    }
    bool fits = number && number == name->due && entry[CHECKSUM] == name->sum;
    name->complete = fits && number == 1;
    name->due = fits ? number - 1 : 0;
    for (unsigned i = 0; fits && i < LETTERS; i++)
        name->letters[(number - 1) * LETTERS + i] = load_le16(entry + letter_at[i]);
}

bool fat_next_file(struct fat *fs, u32 folder, u32 *index, struct fat_file *file)
{
    struct long_name name = {.complete = false};
    u8 *entry;
    for (; (entry = fat_entry_at(fs, folder, *index)) && entry[0]; (*index)++) {
        if (entry[0] != FAT_FREE && is_long(entry)) {
            take_piece(&name, entry, *index);
            continue;
        }
        if (entry[0] != FAT_FREE && !(entry[FAT_ATTRIBUTES] & FAT_VOLUME)) {
            bool named = name.complete && checksum(entry) == name.sum && name.letters[0];
            if (named)
                show_letters(name.letters,
                             name.count < FAT_LETTERS_MAX ? name.count : FAT_LETTERS_MAX,
                             file->name);
            else
                show_short(entry, file->name);
            file->first_index = named ? name.first_index : *index;
            file->entry = entry;
            file->index = (*index)++;
            return true;
        }
        name.complete = false;
        name.due = 0;
    }
    return false;
}

/* ---- new names ---- */

static bool may_be_in_short(char letter)
{
    return (unsigned char)letter > 0x20 && (unsigned char)letter < 0x7f &&
           !strchr("\"*+,./:;<=>?[\\]|", letter);
}

static bool may_be_in_long(u32 code)
{
    return code >= 0x20 && code != 0x7f && (code > 0x7f || !strchr("\"*/:<>?\\|", (int)code));
}

/* Eight or three letters, all of one case: their case bit goes into *cases. */
static bool put_part(const char *from, size_t count, u8 *to, u8 lower_bit, u8 *cases)
{
    bool lower = false, upper = false;
    for (size_t i = 0; i < count; i++) {
        if (!may_be_in_short(from[i]))
            return false;
        lower = lower || islower((unsigned char)from[i]);
        upper = upper || isupper((unsigned char)from[i]);
        to[i] = (u8)toupper((unsigned char)from[i]);
    }
    if (lower && !upper)
        *cases |= lower_bit;
    return !(lower && upper);
}

/* A name that is 8 + 3 letters as it stands. */
static bool parse_short(const char *name, size_t length, struct fat_name *to)
{
    const char *dot = memchr(name, '.', length);
    size_t base = dot ? (size_t)(dot - name) : length;
    size_t extension = dot ? length - base - 1 : 0;
    memset(to->short_name, ' ', sizeof to->short_name);
    to->cases = 0;
    return base && base <= 8 && extension <= 3 && (!dot || extension) &&
           put_part(name, base, to->short_name, FAT_LOWER_BASE, &to->cases) &&
           put_part(name + base + 1, extension, to->short_name + 8, FAT_LOWER_EXTENSION,
                    &to->cases);
}

/* Letters for one part of the basis; true when something was lost. */
static bool put_basis(const char *from, const char *end, u8 *to, size_t room)
{
    bool lost = false;
    size_t count = 0;
    for (; from < end; from++) {
        if (*from == ' ' || *from == '.' || ((u8)*from & 0xc0) == 0x80) { /* or inside a letter */
            lost = true;
            continue;
        }
        if (count == room)
            return true;
        bool kept = may_be_in_short(*from);
        lost = lost || !kept;
        to[count++] = kept ? (u8)toupper((unsigned char)*from) : '_';
    }
    return lost;
}

static void make_basis(const char *name, size_t length, struct fat_name *to)
{
    const char *start = name, *end = name + length, *dot = end;
    while (start < end && (*start == '.' || *start == ' '))
        start++;
    for (const char *at = start; at < end; at++)
        if (*at == '.')
            dot = at;
    memset(to->short_name, ' ', sizeof to->short_name);
    to->cases = 0;
    to->tail = put_basis(start, dot, to->short_name, 8) || start != name;
    if (dot < end)
        to->tail = put_basis(dot + 1, end, to->short_name + 8, 3) || to->tail;
    if (to->short_name[0] == ' ')
        to->short_name[0] = '_';
}

bool fat_name_parse(const char *name, size_t length, struct fat_name *to)
{
    const char *at = name, *end = name + length;
    to->count = 0;
    to->tail = false;
    if (parse_short(name, length, to))
        return true;
    if (!length || end[-1] == '.' || end[-1] == ' ')
        return false;
    while (at < end) {
        u32 code = read_utf8(&at, end);
        bool pair = code > 0xffff;
        if (!may_be_in_long(code) || to->count + pair >= FAT_LETTERS_MAX)
            return false;
        if (pair)
            to->letters[to->count++] = (u16)(0xd800 + ((code - 0x10000) >> 10));
        to->letters[to->count++] = (u16)(pair ? 0xdc00 + (code & 0x3ff) : code);
    }
    make_basis(name, length, to);
    return true;
}

void fat_name_clean(const char *name, char *to)
{
    const char *end = name + strlen(name);
    size_t length = 0, letters = 0;
    while (name < end && letters < FAT_LETTERS_MAX - 5) { /* room for "~1" and more */
        const char *next = name;
        u32 code = read_utf8(&next, end);
        bool good = may_be_in_long(code);
        length += put_utf8(to + length, good ? code : '_');
        letters += good && code > 0xffff ? 2 : 1;
        name = good ? next : name + 1;
    }
    to[length] = 0;
    if (length && (to[length - 1] == '.' || to[length - 1] == ' '))
        to[length - 1] = '_';
}

u32 fat_name_entries(const struct fat_name *name)
{
    return 1 + (name->count + LETTERS - 1) / LETTERS;
}

void fat_name_put(const struct fat_name *name, u32 number, u8 *entry)
{
    unsigned piece = fat_name_entries(name) - 1 - number, pieces = fat_name_entries(name) - 1;
    memset(entry, 0, FAT_ENTRY);
    if (!piece) {
        memcpy(entry, name->short_name, sizeof name->short_name);
        entry[FAT_CASES] = name->cases;
        return;
    }
    entry[SEQUENCE] = (u8)(piece | (piece == pieces ? LAST : 0));
    entry[FAT_ATTRIBUTES] = FAT_LONG;
    entry[CHECKSUM] = checksum(name->short_name);
    for (unsigned i = 0; i < LETTERS; i++) {
        unsigned at = (piece - 1) * LETTERS + i;
        u16 letter = at < name->count ? name->letters[at] : at == name->count ? 0 : 0xffff;
        store_le16(entry + letter_at[i], letter);
    }
}

/* ---- comparing ---- */

static bool same_letters(const char *a, const char *b, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (tolower((unsigned char)a[i]) != tolower((unsigned char)b[i]))
            return false;
    return a[length] == 0;
}

bool fat_find(struct fat *fs, u32 folder, const char *name, size_t length, struct fat_file *file)
{
    char short_name[16];
    for (u32 index = 0; fat_next_file(fs, folder, &index, file);) {
        if (strlen(file->name) == length && same_letters(file->name, name, length))
            return true;
        show_short(file->entry, short_name);
        if (strlen(short_name) == length && same_letters(short_name, name, length))
            return true;
    }
    return false;
}
