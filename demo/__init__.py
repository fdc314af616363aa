"""The demonstration district: built with the product's own actions from a fixed seed. Not part of the product."""
