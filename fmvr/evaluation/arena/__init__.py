"""The measure of the reducers: what each scores, picture by picture, and its command."""
