"""A process that follows the outbox and sends, as the workers do, until it is killed: `python -m tests.webhooks.sender`."""

import threading

PAUSE = 0.05


def main() -> None:
    """Follow in one thread, send in the others."""
    import django

    django.setup()
    from django.utils.timezone import now

    from webhooks import services

    stopped = threading.Event()

    def follow() -> None:
        while not stopped.wait(PAUSE):
            services.follow(now=now())

    threading.Thread(target=follow, daemon=True).start()
    print("ready", flush=True)
    while not stopped.wait(PAUSE):
        services.send_due()


if __name__ == "__main__":
    main()
