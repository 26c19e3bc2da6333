"""What readers get, recorded: `python -m tests.recording OUT.ndjson`, on two commits, shows what a change of code
changed for them.

Every page, API answer, feed, frame, mail, and what the commands make of recorded files, each as one line of JSON.
The database, the clock and all ids are the same in each run, so that two runs on one commit are equal; the recorder
knows addresses, commands, tasks and tables, which keep their names, and nothing of the code that is moved.
`python -m tests.recording --compare BEFORE AFTER` lists the differences, exit code 1 where there is any.
"""
