"""What the words tell besides: who performs, who may come and how easily, and whether there is a roof."""
