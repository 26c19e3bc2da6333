"""What is measured of the installation itself."""
