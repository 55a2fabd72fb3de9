/* The texts and tables of a CD-ROM drive.

   References: SFF-8020i 10.8 (commands' answers), ATA/ATAPI-4 8.13 (IDENTIFY PACKET DEVICE), MMC-3
   5 (features). */

#include "devices/atapi_pages.h"

#include "base/bits.h"

#include <string.h>

enum { LEAD_OUT = 0xaa, DATA_TRACK = 0x14, FRAMES_BEFORE_0 = 150, FRAMES_A_SECOND = 75 };

static void store_big16(u8 *to, u32 value)
{
    to[0] = (u8)(value >> 8);
    to[1] = (u8)value;
}

void atapi_store_big32(u8 *to, u32 value)
{
    store_big16(to, value >> 16);
    store_big16(to + 2, value);
}

static void put_text(u8 *to, const char *text, size_t width)
{
    size_t length = strlen(text);
    memset(to, ' ', width);
    memcpy(to, text, length < width ? length : width);
}

u32 atapi_put_sense(const struct atapi *atapi, u8 *data)
{
    memset(data, 0, 18);
    data[0] = 0x70; /* current, fixed form */
    data[2] = atapi->sense_key;
    data[7] = 10; /* bytes that follow */
    data[12] = atapi->sense_code;
    data[13] = atapi->sense_qualifier;
    return 18;
}

u32 atapi_put_inquiry(u8 *data)
{
    memset(data, 0, 36);
    data[0] = 0x05; /* CD-ROM */
    data[1] = 0x80; /* removable */
    data[3] = 0x21; /* ATAPI, form 1 */
    data[4] = 31;
    put_text(data + 8, "GLASS386", 8);
    put_text(data + 16, "CD-ROM", 16);
    put_text(data + 32, "1.0", 4);
    return 36;
}

// clang-format off
static const u8 error_recovery[] = {0x01, 0x06, 0x00, 0x05, 0, 0, 0, 0};
static const u8 cd_parameters[] = {0x0d, 0x06, 0x00, 0x0d, 0, 60, 0, 75};
static const u8 audio_control[] = {0x0e, 0x0e, 0x04, 0, 0, 0, 0, 75, 1, 0xff, 2, 0xff, 0, 0, 0, 0};
/* Reads no CD-R; a tray that locks and ejects; 706 KB/s (4x), 128 KB of buffer. */
static const u8 capabilities[] = {
    0x2a, 0x12, 0x00, 0x00, 0x00, 0x00, 0x29, 0x00, 0x02, 0xc2, 0x00, 0x02,
    0x00, 0x80, 0x02, 0xc2, 0x00, 0x00, 0x00, 0x00,
};

static const struct page {
    u8 number, size;
    const u8 *bytes;
} pages[] = {
    {0x01, sizeof error_recovery, error_recovery},
    {0x0d, sizeof cd_parameters,  cd_parameters},
    {0x0e, sizeof audio_control,  audio_control},
    {0x2a, sizeof capabilities,   capabilities},
};
// clang-format on

static u8 medium_type(const struct ide_drive *drive, bool disc)
{
    if (drive->atapi.open)
        return 0x71;
    return disc ? 0x01 : 0x70;
}

u32 atapi_put_mode_pages(const struct ide_drive *drive, bool disc, bool short_form, u8 *data)
{
    enum { ALL_PAGES = 0x3f };
    u8 wanted = drive->atapi.packet[2] & 0x3f, control = drive->atapi.packet[2] >> 6;
    u32 header = short_form ? 4 : 8, size = header;
    if (control == 3) /* saved values: there are none */
        return 0;
    memset(data, 0, header);
    for (unsigned i = 0; i < ARRAY_COUNT(pages); i++) {
        if (wanted != ALL_PAGES && wanted != pages[i].number)
            continue;
        memcpy(data + size, pages[i].bytes, pages[i].size);
        if (control == 1) /* which bits can be changed: none */
            memset(data + size + 2, 0, pages[i].size - 2u);
        size += pages[i].size;
    }
    if (size == header)
        return 0;
    if (short_form) {
        data[0] = (u8)(size - 1);
        data[1] = medium_type(drive, disc);
    } else {
        store_big16(data, size - 2);
        data[2] = medium_type(drive, disc);
    }
    return size;
}

/* As a count of sectors, or as minute, second and frame from the disc's beginning. */
static void put_address(u8 *to, u32 sector, bool msf)
{
    u32 frame = sector + FRAMES_BEFORE_0;
    if (!msf) {
        atapi_store_big32(to, sector);
        return;
    }
    to[0] = 0;
    to[1] = (u8)(frame / FRAMES_A_SECOND / 60);
    to[2] = (u8)(frame / FRAMES_A_SECOND % 60);
    to[3] = (u8)(frame % FRAMES_A_SECOND);
}

static void put_track(u8 *to, u8 number, u32 sector, bool msf)
{
    memset(to, 0, 8);
    to[1] = DATA_TRACK;
    to[2] = number;
    put_address(to + 4, sector, msf);
}

static u32 put_tracks(u8 first, u32 sectors, bool msf, u8 *data)
{
    u32 size = 4;
    if (first > 1 && first != LEAD_OUT)
        return 0;
    if (first <= 1) {
        put_track(data + size, 1, 0, msf);
        size += 8;
    }
    put_track(data + size, LEAD_OUT, sectors, msf);
    size += 8;
    store_big16(data, size - 2);
    data[2] = data[3] = 1;
    return size;
}

static u32 put_session(bool msf, u8 *data)
{
    put_track(data + 4, 1, 0, msf);
    store_big16(data, 10);
    data[2] = data[3] = 1;
    return 12;
}

/* Entries as they lie in the lead-in: first track, last track, lead-out, then the track. */
static u32 put_full_toc(u32 sectors, u8 *data)
{
    static const u8 points[] = {0xa0, 0xa1, 0xa2, 0x01};
    u8 *to = data + 4;
    memset(data, 0, 4 + 11 * sizeof points);
    for (unsigned i = 0; i < sizeof points; i++, to += 11) {
        u8 address[4] = {0, 1, 0, 0};
        if (points[i] == 0xa2 || points[i] == 0x01)
            put_address(address, points[i] == 0x01 ? 0 : sectors, true);
        to[0] = 1;
        to[1] = DATA_TRACK;
        to[3] = points[i];
        memcpy(to + 8, address + 1, 3);
    }
    store_big16(data, 2 + 11 * sizeof points);
    data[2] = data[3] = 1;
    return 4 + 11 * sizeof points;
}

/* The format lies in byte 2 (MMC), or in the top bits of byte 9 (SFF-8020i). */
u32 atapi_put_toc(const u8 *packet, u32 sectors, u8 *data)
{
    u8 format = packet[2] & 15 ? packet[2] & 15 : packet[9] >> 6;
    bool msf = packet[1] & 2;
    switch (format) {
    case 0:
        return put_tracks(packet[6], sectors, msf, data);
    case 1:
        return put_session(msf, data);
    case 2:
        return put_full_toc(sectors, data);
    default:
        return 0;
    }
}

u32 atapi_put_header(const u8 *packet, u8 *data)
{
    u32 sector = (u32)packet[2] << 24 | (u32)packet[3] << 16 | (u32)packet[4] << 8 | packet[5];
    memset(data, 0, 8);
    data[0] = 1; /* mode 1: 2048 bytes of data */
    put_address(data + 4, sector, packet[1] & 2);
    return 8;
}

/* Nothing plays: the status says so, the position is 0. */
u32 atapi_put_subchannel(const u8 *packet, u8 *data)
{
    enum { SUB_Q = 0x40, NO_STATUS = 0x15 };
    u32 size = packet[2] & SUB_Q ? 16 : 4;
    memset(data, 0, size);
    data[1] = NO_STATUS;
    store_big16(data + 2, size - 4);
    if (size > 4) {
        data[4] = packet[3];
        data[5] = DATA_TRACK;
        data[6] = data[7] = 1;
    }
    return size;
}

u32 atapi_put_disc_information(u8 *data)
{
    memset(data, 0, 34);
    store_big16(data, 32);
    data[2] = 0x0e; /* a complete disc, its last session complete */
    data[3] = data[4] = data[5] = data[6] = 1;
    data[7] = 0x20;
    memset(data + 16, 0xff, 8); /* no lead-in to be written */
    return 34;
}

/* Features: profile list, core, removable medium, reading a CD. */
u32 atapi_put_configuration(const u8 *packet, bool disc, u8 *data)
{
    // clang-format off
    static const u8 features[] = {
        0x00, 0x00, 0x03, 4, 0x00, 0x08, 1, 0,
        0x00, 0x01, 0x03, 4, 0, 0, 0, 2,
        0x00, 0x03, 0x03, 4, 0x29, 0, 0, 0,
        0x00, 0x1e, 0x00, 4, 0, 0, 0, 0,
    };
    // clang-format on
    enum { FROM_NUMBER = 0, CURRENT = 1, ONE = 2, SIZE = 8 };
    u8 kind = packet[1] & 3;
    u32 first = (u32)packet[2] << 8 | packet[3], size = 8;
    memset(data, 0, 8);
    store_big16(data + 6, disc ? 8 : 0); /* the profile in force: CD-ROM */
    for (const u8 *row = features; row < features + sizeof features; row += SIZE) {
        u32 number = (u32)row[0] << 8 | row[1];
        bool wanted = kind == ONE ? number == first : number >= first;
        bool current = number != 0x1e || disc;
        if (!wanted || (kind == CURRENT && !current))
            continue;
        memcpy(data + size, row, SIZE);
        if (number == 0x1e && disc)
            data[size + 2] |= 1;
        if (number == 0)
            data[size + 6] = disc;
        size += SIZE;
    }
    atapi_store_big32(data, size - 4);
    return size;
}

static void put_swapped(u8 *data, unsigned word, unsigned words, const char *text)
{
    size_t length = strlen(text);
    for (unsigned i = 0; i < 2 * words; i++)
        data[(2 * word + i) ^ 1] = i < length ? (u8)text[i] : ' ';
}

void atapi_identify(u8 *data)
{
    memset(data, 0, 512);
    store_le16(data, 0x85c0); /* ATAPI CD-ROM, removable, DRQ within 50 us, packets of 12 bytes */
    put_swapped(data, 10, 10, "G386-CD01");
    put_swapped(data, 23, 4, "1.0");
    put_swapped(data, 27, 20, "glass386 CD-ROM");
    store_le16(data + 2 * 49, 0x0200); /* LBA, as it must be */
    store_le16(data + 2 * 51, 0x0200); /* PIO mode 2 */
    store_le16(data + 2 * 53, 0x0002); /* words 64-70 are valid */
    store_le16(data + 2 * 64, 0x0003); /* PIO modes 3 and 4 */
    store_le16(data + 2 * 67, 120);
    store_le16(data + 2 * 68, 120);
    store_le16(data + 2 * 80, 0x001e); /* ATA/ATAPI-1 to 4 */
    store_le16(data + 2 * 82, 0x0210); /* DEVICE RESET, PACKET */
    store_le16(data + 2 * 83, 0x4000);
    store_le16(data + 2 * 84, 0x4000);
    store_le16(data + 2 * 85, 0x0210);
    store_le16(data + 2 * 87, 0x4000);
}
