"""Forms of the room: `entry` for one's own account, `person` for those who look after others."""
