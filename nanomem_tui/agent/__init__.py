"""Who proposes and answers: the loop, its tools, the flows, their traces and the models.

Writes no memory file and opens no screen: it fills a draft and yields events.
"""
