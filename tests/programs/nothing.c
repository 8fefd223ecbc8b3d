// SPDX-License-Identifier: GPL-2.0
/* nothing: ends. What it costs to execute is what execve() costs. */
int main(void)
{
	return 0;
}
