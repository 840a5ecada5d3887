"""The walkthrough: from pixels to answer in a few steps, on the visitor's own picture and question."""
