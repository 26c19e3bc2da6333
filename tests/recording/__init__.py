"""Records everything that readers get.

`python -m tests.recording OUT.ndjson`, on two commits, shows the effect of a code change.

Every page, API response, feed, frame, mail, and the output of commands for recorded files, each as one line
of JSON. The database, the clock and all ids are the same in each run, so that two runs on one commit are
equal. The recorder uses addresses, commands, tasks and tables, which keep their names, and no code that may
move. `python -m tests.recording --compare BEFORE AFTER` lists the differences, with exit code 1 if there are
any.
"""
