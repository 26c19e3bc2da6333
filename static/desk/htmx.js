// htmx would add a style to the page and build functions from attributes: the desk uses neither, and its policy forbids the first.
htmx.config.includeIndicatorStyles = false;
htmx.config.allowEval = false;
