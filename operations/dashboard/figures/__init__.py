"""The parts of the admin's first page, one a module. None is returned for who may not see a part."""
