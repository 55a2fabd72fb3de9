#include "monitor/complete.h"

#include "monitor/command.h"

#include <string.h>

struct candidates {
    const char *word; /* typed so far */
    size_t length;
    const char *first;
    size_t common; /* letters that all candidates share */
    u32 count;
    struct text_out *list;
};

static void offer(struct candidates *candidates, const char *name)
{
    if (strncmp(name, candidates->word, candidates->length) != 0)
        return;
    text_out_format(candidates->list, "%s ", name);
    if (candidates->count++ == 0) {
        candidates->first = name;
        candidates->common = strlen(name);
        return;
    }
    size_t same = 0;
    while (same < candidates->common && name[same] == candidates->first[same])
        same++;
    candidates->common = same;
}

static bool is_info(const char *line, size_t length)
{
    return (length == 4 && memcmp(line, "info", 4) == 0) || (length == 1 && *line == 'i');
}

void complete_line(const char *line, size_t length, struct text_out *insert, struct text_out *list)
{
    size_t word = length;
    while (word > 0 && line[word - 1] != ' ')
        word--;
    struct candidates candidates = {line + word, length - word, NULL, 0, 0, list};
    size_t first = strcspn(line, " ");
    if (word == 0)
        for (u32 i = 0; i < command_count; i++)
            offer(&candidates, commands[i].name);
    else if (is_info(line, first) && first + 1 == word)
        for (u32 i = 0; i < info_topic_count; i++)
            offer(&candidates, info_topics[i].name);
    if (candidates.count == 0)
        return;
    text_out_bytes(insert, candidates.first + candidates.length,
                   candidates.common - candidates.length);
    if (candidates.count == 1)
        text_out_string(insert, " ");
    if (candidates.count == 1 || insert->length > 0)
        text_out_clear(list);
}
