// SPDX-License-Identifier: GPL-2.0
#include "probe/object_maps.h"

#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "shared/config.h"
#include "shared/state.h"

/* Make an object use the maps of another one. */
static int share_maps(struct bpf_object *object, struct bpf_object *owner)
{
	struct bpf_map *map, *owned;

	bpf_object__for_each_map(map, object)
	{
		if (!strcmp(bpf_map__name(map), ".rodata.config"))
			continue;
		owned = bpf_object__find_map_by_name(owner, bpf_map__name(map));
		if (!owned || bpf_map__reuse_fd(map, bpf_map__fd(owned)))
			return -1;
	}
	return 0;
}

/*
 * Create the map that holds struct state. If libbpf created it, it would write 4 MB of zeroes into
 * it. share_maps() finds it by its name.
 */
static int create_state(struct bpf_object *object)
{
	LIBBPF_OPTS(bpf_map_create_opts, options, .map_flags = BPF_F_MMAPABLE);
	struct bpf_map *map = bpf_object__find_map_by_name(object, ".bss");
	int fd, error;

	if (!map)
		return -1;
	fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, bpf_map__name(map), bpf_map__key_size(map),
			    bpf_map__value_size(map), 1, &options);
	if (fd < 0)
		return -1;
	error = bpf_map__reuse_fd(map, fd);
	close(fd);
	return error;
}

/* Make the maps small that this trace does not use. */
static int shrink_unused(struct bpf_object *object, const struct config *config, bool command)
{
	const struct {
		const char *name;
		bool used;
	} maps[] = {
		{ "command_tasks", command },  { "snapshots", config->state },
		{ "files", config->files },    { "execs", config->execs },
		{ "accepts", config->accept },
	};
	size_t i;

	for (i = 0; i < sizeof(maps) / sizeof(maps[0]); i++) {
		struct bpf_map *map = bpf_object__find_map_by_name(object, maps[i].name);

		if (!maps[i].used && bpf_map__set_max_entries(map, 1))
			return -1;
	}
	return 0;
}

int object_maps__prepare(struct bpf_object *object, struct bpf_object *maps,
			 const struct config *config, bool command, unsigned int buffer_bytes)
{
	struct bpf_map *map;

	map = bpf_object__find_map_by_name(object, ".rodata.config");
	if (!map || bpf_map__set_initial_value(map, config, sizeof(*config)))
		return -1;
	if (maps)
		return share_maps(object, maps);
	if (create_state(object))
		return -1;
	if (shrink_unused(object, config, command))
		return -1;
	map = bpf_object__find_map_by_name(object, "records");
	return bpf_map__set_max_entries(map, buffer_bytes);
}
