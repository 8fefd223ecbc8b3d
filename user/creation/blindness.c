// SPDX-License-Identifier: GPL-2.0
#include "creation/blindness.h"

#include "text/local_time.h"

int blindness__begin(struct blindness *blindness, const struct blind_spell *spell)
{
	if (blindness->nr == BLINDNESS_MAX_SPELLS) {
		blindness->more++;
		return -1;
	}
	blindness->spells[blindness->nr] = *spell;
	return blindness->nr++;
}

void blindness__go_on(struct blindness *blindness, int spell, __u64 now_ns)
{
	if (spell >= 0)
		blindness->spells[spell].still_ns = now_ns;
}

void blindness__end(struct blindness *blindness, int spell, __u64 now_ns)
{
	if (spell >= 0)
		blindness->spells[spell].again_ns = now_ns;
}

__u64 blind_spell__least_ns(const struct blind_spell *spell)
{
	return spell->still_ns - spell->failed_ns;
}

__u64 blind_spell__most_ns(const struct blind_spell *spell)
{
	return (spell->again_ns ? spell->again_ns : spell->still_ns) - spell->fired_ns;
}

static void print_time(FILE *file, __s64 boot_to_real_ns, __u64 boot_ns)
{
	char text[LOCAL_TIME_MILLISECONDS_SIZE];
	struct local_time cache = { 0 };

	local_time__put_milliseconds(&cache, text, (__s64)boot_ns + boot_to_real_ns);
	fwrite(text, 1, sizeof(text), file);
}

static void print_spell(FILE *file, const struct blind_spell *spell, __s64 boot_to_real_ns)
{
	fputs("  blind from ", file);
	print_time(file, boot_to_real_ns, spell->fired_ns);
	if (spell->again_ns) {
		fputs(" to ", file);
		print_time(file, boot_to_real_ns, spell->again_ns);
	} else {
		fputs(" to the end", file);
	}
	fprintf(file, ", for at least %.1f s of these %.1f s: probes by %s did not fire",
		blind_spell__least_ns(spell) / 1e9, blind_spell__most_ns(spell) / 1e9,
		attach_way_name(spell->way));
	if (spell->cause)
		fprintf(file, " (%s was 0)", spell->cause);
	fputs("; sockets created then are missing, and in no count\n", file);
}

void blindness__print(FILE *file, const struct blindness *blindness)
{
	__u32 i;

	for (i = 0; i < blindness->nr; i++)
		print_spell(file, &blindness->spells[i], blindness->boot_to_real_ns);
	if (blindness->more)
		fprintf(file, "  blind %llu more time%s\n", blindness->more,
			blindness->more == 1 ? "" : "s");
}
