#ifndef GLASS386_APP_OPTION_VALUES_H
#define GLASS386_APP_OPTION_VALUES_H

#include "app/options.h"

/* One setter per option. `value` is null for an option without argument. On failure `error` holds
   only what was expected, such as "a size from 1M to 3G"; the caller names option and value. */
typedef bool option_setter(struct options *options, const char *value, struct error *error);

/* One image of one drive: FILE or FILE,ro. */
bool set_medium(struct medium *medium, const char *value, struct error *error);

option_setter set_memory, set_cpu, set_fpu, set_fda, set_fdb, set_hda, set_hdb, set_hdc, set_hdd,
    set_cdrom, set_image, set_boot, set_snapshot, set_disk_save, set_bios, set_vgabios, set_nvram,
    set_rtc, set_parallel, set_audio, set_capture, set_display, set_nographic, set_serial,
    set_debugcon, set_monitor, set_gdb, set_gdb_usual, set_stopped, set_script, set_restore,
    set_record, set_replay, set_speed, set_rate, set_timeout, set_limit, set_trace, set_log,
    set_device, set_kernel, set_config, set_bochsrc, set_junit, set_hostdir, set_append, set_initrd,
    set_reset_on_triple_fault, set_no_reboot, set_nothing, set_help, set_version, set_print_config;

#endif
