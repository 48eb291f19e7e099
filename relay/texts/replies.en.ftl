hello = Hello {"{customer}"}, this is {"{agent}"} of {"{company}"}. I see the same page as you do. How can I help?
moment = One moment please, I am looking into it.
where = I am pointing at it on your page now. Do you see it?
press = Please press the button that I have marked.
private = Please don't send passwords or card numbers here. Type them into the page: I can't see them there.
anything = Is there anything else that I can help you with?
bye = Thank you, and have a good day. You can end the help now, or I will.
